package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/report"
)

// Condition asks something of a figure: "hospital.any.balance < -5%". With a percentage an amount stands for its rate
// (hospital.H001.balance_rate); with .change or .change_rate at the end a figure stands for its difference from the
// baseline. The word any in an id means that one figure is enough, all that every one must comply.
type Condition struct {
	Text   string
	Figure string // as written, without .change and .change_rate
	Op     string // one of <, <=, >, >=, =, !=
	// Value is in the figure's unit: fen, parts per million, millionths or a count.
	Value int64

	all     bool
	measure measure
}

// measure is which number of a figure a condition looks at.
type measure uint8

const (
	itself measure = iota
	change
	changeRate
)

var operators = []string{"<=", ">=", "!=", "==", "<", ">", "="}

// ParseCondition reads a condition on figures; known are the figures of a result, which must have the one that is meant.
func ParseCondition(text string, known *Figures) (*Condition, error) {
	at, op := -1, ""
	for _, o := range operators {
		if i := strings.Index(text, o); i >= 0 && (at < 0 || i < at || i == at && len(o) > len(op)) {
			at, op = i, o
		}
	}
	if at < 0 {
		return nil, fmt.Errorf("condition %q must be written FIGURE OPERATOR VALUE, with one of <, <=, >, >=, =, !=", text)
	}
	c := &Condition{Text: strings.TrimSpace(text), Figure: strings.TrimSpace(text[:at]), Op: op}
	if c.Op == "==" {
		c.Op = "="
	}
	if id, ok := strings.CutSuffix(c.Figure, ".change_rate"); ok {
		c.Figure, c.measure = id, changeRate
	} else if id, ok := strings.CutSuffix(c.Figure, ".change"); ok {
		c.Figure, c.measure = id, change
	}
	value := strings.TrimSpace(text[at+len(op):])
	percent := strings.HasSuffix(value, "%") || strings.HasSuffix(value, "‰")
	found := known.Match(c.Figure)
	if len(found) == 0 {
		return nil, fmt.Errorf("condition %q: %w", c.Text, known.unknown(c.Figure))
	}
	if percent && found[0].Kind != report.KindRatio && c.measure == change {
		c.measure = changeRate
	}
	if percent && c.measure == itself && found[0].Kind != report.KindRatio {
		rate := known.Match(c.Figure + "_rate")
		if len(rate) == 0 {
			return nil, fmt.Errorf("condition %q: %s has no rate to hold against %s; give a value in its own unit, or ask for %s.change_rate", c.Text, c.Figure, value, c.Figure)
		}
		c.Figure, found = c.Figure+"_rate", rate
	}
	kind := found[0].Kind
	if c.measure == changeRate {
		kind = report.KindRatio
	}
	var err error
	if c.Value, err = parseValue(value, kind); err != nil {
		return nil, fmt.Errorf("condition %q: %w", c.Text, err)
	}
	words := strings.Split(c.Figure, ".")
	c.all = slices.Contains(words, "all")
	return c, nil
}

// unknown is the error for an id that no figure has. For an id with a wildcard it names what may stand around it.
func (f *Figures) unknown(id string) error {
	prefix, suffix, wild := cutWild(id)
	if !wild {
		_, err := f.Get(id)
		return err
	}
	var names []string
	for _, g := range f.list {
		if i := strings.Index(g.ID, "."); i > 0 {
			last := strings.LastIndex(g.ID, ".")
			if last > i {
				if n := g.ID[:i] + ".any" + g.ID[last:]; !slices.Contains(names, n) {
					names = append(names, n)
				}
			}
		}
	}
	return fmt.Errorf("no figure is called %q%s", id, nearest.Hint(prefix+"any"+suffix, names))
}

// parseValue reads a number in the unit of a kind of figure. Amounts may be followed by wan or 万.
func parseValue(s string, k report.Kind) (int64, error) {
	switch k {
	case report.KindRatio:
		r, err := money.ParseRatio(s)
		return int64(r), err
	case report.KindCount:
		return money.ParseDecimal(s, 0)
	case report.KindPoints, report.KindFactor:
		return money.ParseDecimal(s, 6)
	}
	for _, unit := range []string{"wan", "万"} {
		if t, ok := strings.CutSuffix(s, unit); ok {
			return money.ParseDecimal(strings.TrimSpace(t), 6)
		}
	}
	f, err := money.ParseFen(s)
	return int64(f), err
}

// Of is a figure as the condition looks at it: named and of the kind of its difference where that is meant.
func (c *Condition) Of(f Figure) Figure {
	switch c.measure {
	case change:
		f.ID += ".change"
		f.Title, f.Kind = report.Text{Zh: f.Title.Zh + "增减", En: "change of " + f.Title.In(report.En)}, DeltaKind(f.Kind)
	case changeRate:
		f.ID += ".change_rate"
		f.Title, f.Kind = report.Text{Zh: f.Title.Zh + "增减率", En: "change rate of " + f.Title.In(report.En)}, report.KindRatioDelta
	}
	return f
}

// Offender is a figure that decided a condition.
type Offender struct {
	Figure Figure // as the condition looks at it
	Value  int64  // what the condition looked at
}

// Holds tells whether the condition is true of scenario i of a comparison. The figures given with it are those that meet
// the condition where it is true, and those that do not where it is false, in the order of the report.
func (c *Condition) Holds(cmp *Comparison, i int) (bool, []Offender) {
	var met, unmet []Offender
	for _, f := range cmp.Figures[i].Match(c.Figure) {
		v, ok := c.look(cmp, f)
		if !ok {
			continue
		}
		o := Offender{c.Of(f), v}
		if c.Meets(v) {
			met = append(met, o)
		} else {
			unmet = append(unmet, o)
		}
	}
	holds := len(met) > 0
	if c.all {
		holds = len(unmet) == 0
	}
	if holds {
		return true, met
	}
	return false, unmet
}

// look returns the number of a figure that the condition is about; false when it has none.
func (c *Condition) look(cmp *Comparison, f Figure) (int64, bool) {
	if f.None {
		return 0, false
	}
	if c.measure == itself {
		return f.Value, true
	}
	base, err := cmp.Figures[0].Get(f.ID)
	if err != nil || base.None {
		return 0, false
	}
	if c.measure == change {
		return f.Value - base.Value, true
	}
	of := base.Value
	if of < 0 {
		of = -of
	}
	r, err := money.MulDiv(f.Value-base.Value, int64(money.One), of, money.HalfUp)
	return r, err == nil
}

// Meets tells whether a value of what the condition looks at complies.
func (c *Condition) Meets(v int64) bool {
	switch c.Op {
	case "<":
		return v < c.Value
	case "<=":
		return v <= c.Value
	case ">":
		return v > c.Value
	case ">=":
		return v >= c.Value
	case "=":
		return v == c.Value
	}
	return v != c.Value
}

// shortfall tells how far scenario i is from meeting the condition: zero when it does.
func (c *Condition) shortfall(cmp *Comparison, i int) float64 {
	holds, offenders := c.Holds(cmp, i)
	if holds {
		return 0
	}
	worst, best, sum := 0.0, -1.0, 0.0
	for _, o := range offenders {
		d := float64(o.Value - c.Value)
		if d < 0 {
			d = -d
		}
		d++
		worst, sum = max(worst, d), sum+d
		if best < 0 || d < best {
			best = d
		}
	}
	if c.all {
		return worst + sum
	}
	return max(best, 1)
}

// Verdict is what a gate found in one scenario.
type Verdict struct {
	Gate      *Condition
	Scenario  int // position in the comparison
	Failed    bool
	Offenders []Offender // those that made it fail
}

// Gates holds conditions that must not be true against every alternative, or against the baseline of a study without any.
func (c *Comparison) Gates(texts []string) ([]Verdict, error) {
	var out []Verdict
	first := min(1, len(c.Results)-1)
	for _, text := range texts {
		g, err := ParseCondition(text, c.Figures[0])
		if err != nil {
			return nil, err
		}
		for i := first; i < len(c.Results); i++ {
			failed, offenders := g.Holds(c, i)
			v := Verdict{Gate: g, Scenario: i, Failed: failed}
			if failed {
				v.Offenders = offenders
			}
			out = append(out, v)
		}
	}
	return out, nil
}

// DescribeOffenders names the first few figures of a verdict with their values.
func DescribeOffenders(list []Offender) string {
	const shown = 3
	s := ""
	for i, o := range list {
		if i == shown {
			return s + fmt.Sprintf(" and %d more", len(list)-shown)
		}
		if i > 0 {
			s += ", "
		}
		s += o.Figure.ID + " is " + Show(o.Value, o.Figure.Kind)
	}
	if s == "" {
		return "no figure has a value"
	}
	return s
}
