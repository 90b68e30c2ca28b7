package nearest_test

import (
	"testing"

	"github.com/drgsim/drgsim/engine/nearest"
)

func TestName(t *testing.T) {
	words := []string{"deductible", "coinsurance", "ceiling", "first_pay"}
	for word, want := range map[string]string{
		"deductable":  "deductible",
		"Ceiling":     "ceiling",
		"firstpay":    "first_pay",
		"cieling":     "ceiling",
		"xyz":         "",
		"":            "",
		"coinsurence": "coinsurance",
	} {
		if got := nearest.Name(word, words); got != want {
			t.Errorf("Name(%q) = %q, want %q", word, got, want)
		}
	}
	if got := nearest.Name("三级", []string{"一级甲等", "三级甲"}); got != "三级甲" {
		t.Errorf("Chinese words are compared by their characters: got %q", got)
	}
	for word, want := range map[string]string{"Firstpay": "first_pay", "ceiling_part": "", "cealing": "ceiling", "name": ""} {
		if got := nearest.Slip(word, append(words, "age")); got != want {
			t.Errorf("Slip(%q) = %q, want %q", word, got, want)
		}
	}
	if got := nearest.Hint("ceilng", words); got != `; nearest is "ceiling"` {
		t.Errorf("Hint = %s", got)
	}
}
