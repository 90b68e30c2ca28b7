package compare

import (
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine"
)

// TestAgesAddUp: the bands of a scheme, and of all schemes, hold the persons and the money that the scheme holds, and as many
// who pay less and more.
func TestAgesAddUp(t *testing.T) {
	_, c := openDemo(t)
	changed := false
	for i, f := range c.Figures {
		who := []string{"people."}
		for _, scheme := range c.Results[i].Plan.Region.Schemes {
			who = append(who, "people."+scheme+".")
		}
		for _, prefix := range who {
			for _, what := range []string{"persons", "paid", "less", "more", "less_fen", "more_fen"} {
				whole, err := f.Get(prefix + what)
				if err != nil {
					continue // of a scheme the shifts are no figures
				}
				sum := int64(0)
				for _, g := range f.Match(prefix + "age_any." + what) {
					sum += g.Value
				}
				if sum != whole.Value {
					t.Errorf("scenario %d: %s%s is %d, by age %d", i, prefix, what, whole.Value, sum)
				}
				changed = changed || what == "less" && sum > 0
			}
		}
	}
	if !changed {
		t.Error("no scenario of the demo lets anybody pay less")
	}
	known := int64(0)
	for band := range engine.AgeUnknown {
		known += c.Figures[0].Value("people." + band.String() + ".persons")
	}
	if known == 0 {
		t.Error("nobody's age is known")
	}
}

// TestAnyPeopleAreSchemes: any stands for each scheme as it did before ages were told apart, and for a scheme's bands only
// where these are named.
func TestAnyPeopleAreSchemes(t *testing.T) {
	_, c := openDemo(t)
	schemes := len(c.Results[0].Plan.Region.Schemes)
	f := c.Figures[0]
	for _, x := range []struct {
		id    string
		count int
	}{{"people.any.paid", schemes}, {"people.age_any.paid", int(engine.NumAges)}, {"people.any.age_60_69.paid", schemes}} {
		if got := f.Match(x.id); len(got) != x.count {
			t.Errorf("%s matches %d figures, want %d: %v", x.id, len(got), x.count, got)
		}
	}
	for _, h := range f.Headlines() {
		if strings.Contains(h.ID, ".age_") {
			t.Errorf("%s is no headline", h.ID)
		}
	}
}
