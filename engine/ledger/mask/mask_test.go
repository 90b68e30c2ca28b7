package mask

import (
	"strings"
	"testing"
)

func TestMaskKeepsEqualEqual(t *testing.T) {
	m, err := New([]byte("0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	other, err := New([]byte("0123456789abcdeg"))
	if err != nil {
		t.Fatal(err)
	}
	a := m.ID("P0001")
	if a != m.ID("P0001") || a == m.ID("P0002") || a == other.ID("P0001") {
		t.Error("equal ids must mask alike, others and other keys must not")
	}
	if strings.Contains(a, "0001") || len(a) != 18 || !strings.HasPrefix(a, "P-") {
		t.Errorf("mask is %q", a)
	}
	if m.ID("") != "" {
		t.Error("no id must stay no id")
	}
	if (*Mask)(nil).ID("P0001") != "P0001" {
		t.Error("no mask must leave ids alone")
	}
	if _, err := New([]byte("short")); err == nil {
		t.Error("a short key was taken")
	}
}
