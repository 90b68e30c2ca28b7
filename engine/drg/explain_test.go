package drg_test

import (
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/drg"
)

// TestExplain reads the chain of the worked example's high case: each number that leads to 240 points must be in it.
func TestExplain(t *testing.T) {
	b := compile(t, zhejiang, zhejiangCodes...)
	for _, c := range []struct {
		stay drg.Stay
		want []string
	}{
		{b.stay("H1", "B", "52500", 7, "38000"), []string{"15,000.00 ÷ 10,000.00 × 100 = 150", "1.1 (hospital's coefficient)", "150 × 1.1 + 150 × (52,500.00 ÷ 15,000.00 − 3) = 240"}},
		{b.stay("H3", "A", "3600", 7, "2700"), []string{"1 (same-price group)", "60 × 1 × 0.2 + 60 × 3,600.00 ÷ 6,000.00 × 1 = 48"}},
		{b.stay("H1", "", "31500", 70, "25200"), []string{"4.5 × 70 = 315"}},
		{b.stay("H1", "OTH", "1234.56", 2, "0"), []string{"not in the group table", "1,234.56 ÷ 100 × 0.9 = 11.11104"}},
	} {
		got := b.one(c.stay)
		var text strings.Builder
		for _, f := range b.pricer.Explain(c.stay, got) {
			if f.Zh == "" || f.TitleZh == "" {
				t.Errorf("factor %q has no Chinese words", f.TitleEn)
			}
			text.WriteString(f.TitleEn + ": " + f.En + "\n")
		}
		for _, w := range c.want {
			if !strings.Contains(text.String(), w) {
				t.Errorf("the chain lacks %q:\n%s", w, &text)
			}
		}
	}
	normal := b.stay("H1", "B", "15000", 7, "0")
	for _, f := range b.pricer.Explain(normal, b.one(normal)) {
		if f.TitleEn == "class" && (len(f.Sources) != 1 || f.Sources[0].ID != "law") {
			t.Errorf("the class cites %v, want its law", f.Sources)
		}
	}
}
