package drg

import (
	"math"
	"slices"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// A limit of cost parts classes: a multiple of the group's reference (its mean cost, or its payment standard), an amount,
// an amount that the group table publishes, or the standard plus a fixed loss. It becomes one number of fen for each site
// and group, chosen so that "above" is cost > cut and "up to" is cost ≤ cut.
type limit struct {
	kind      limitKind
	ratios    *siteTable // multiples of the reference, or losses in fen
	amount    money.Fen
	column    string
	exclusive bool // the cost that equals the limit lies above the cut
}

type limitKind uint8

const (
	limitRatio  limitKind = iota // ratios × reference
	limitAmount                  // amount
	limitColumn                  // column of the group table
	limitLoss                    // standard + a loss from ratios
)

// columnLimits are the columns of the group table that a limit may name, by whether they hold amounts or ratios.
var (
	amountColumns = []string{"low_limit", "high_limit"}
	ratioColumns  = []string{"low_ratio", "high_ratio"}
)

// limitKeys are the keys of a condition that set limits of cost. upper tells that cost must lie at or below the cut.
var limitKeys = []struct {
	key              string
	kind             limitKind
	upper, exclusive bool
}{
	{"ratio_over", limitRatio, false, false},
	{"ratio_from", limitRatio, false, true},
	{"ratio_up_to", limitRatio, true, false},
	{"ratio_below", limitRatio, true, true},
	{"cost_over", limitAmount, false, false},
	{"cost_from", limitAmount, false, true},
	{"cost_up_to", limitAmount, true, false},
	{"cost_below", limitAmount, true, true},
	{"loss_over", limitLoss, false, false},
}

// readLimit reads the limit under a key.
func (b *builder) readLimit(d *policy.Decoder, key string, kind limitKind, exclusive bool) *limit {
	l := &limit{kind: kind, exclusive: exclusive}
	raw := d.Raw(key)
	columns := amountColumns
	if kind == limitRatio {
		columns = ratioColumns
	}
	switch {
	case raw.Shape == policy.Scalar && kind != limitLoss && slices.Contains(columns, raw.Text):
		l.column = raw.Text
		if kind == limitAmount {
			l.kind = limitColumn
		}
	case kind == limitAmount:
		l.amount = boundedFen(d, key)
	case kind == limitLoss:
		l.ratios = b.readSiteTable(d, key, "loss", func(row *policy.Decoder, k string) int64 { return int64(boundedFen(row, k)) })
	default:
		l.ratios = b.readSiteTable(d, key, "ratio", ratioValue)
	}
	return l
}

// ratio returns the multiple of a ratio limit, and whether there is one for the site and group.
func (l *limit) ratio(b *builder, s site, n int32, g *group) (money.Ratio, bool) {
	switch l.column {
	case "low_ratio":
		return g.lowRatio, g.lowRatio > 0
	case "high_ratio":
		return g.highRatio, g.highRatio > 0
	}
	row := l.ratios.find(b, s, n, g)
	if row == nil {
		return 0, false
	}
	return money.Ratio(row.value), true
}

func (g *group) amountColumn(name string) money.Fen {
	if name == "low_limit" {
		return g.lowLimit
	}
	return g.highLimit
}

// cut returns the limit in fen, and whether it exists for the site and group. reference and standard are zero where they
// do not exist.
func (l *limit) cut(b *builder, s site, n int32, g *group, reference, standard money.Fen) (money.Fen, bool) {
	switch l.kind {
	case limitAmount:
		return l.below(l.amount), true
	case limitColumn:
		v := g.amountColumn(l.column)
		return l.below(v), v > 0
	case limitLoss:
		row := l.ratios.find(b, s, n, g)
		if row == nil || standard == 0 {
			return 0, false
		}
		return standard + money.Fen(row.value), true
	}
	ratio, ok := l.ratio(b, s, n, g)
	if !ok || reference == 0 {
		return 0, false
	}
	round := money.Floor
	if l.exclusive {
		round = money.Ceil
	}
	v, err := money.MulDiv(int64(reference), int64(ratio), ppm, round)
	if err != nil {
		v = math.MaxInt64
	}
	return l.below(money.Fen(v)), true
}

func (l *limit) below(v money.Fen) money.Fen {
	if l.exclusive {
		return v - 1
	}
	return v
}

// addLimits works out the limits of a site and returns their number. Sites of different kinds often have the same limits:
// they share them, so that the tables stay small enough for the processor's nearest memory.
func (b *builder) addLimits(p *Pricer, s site, price int32) int32 {
	firstBound, firstOver := len(p.bounds), len(p.over)
	b.appendLimits(p, s, price)
	bounds, over := p.bounds[firstBound:], p.over[firstOver:]
	for n := range firstBound / max(len(bounds), 1) {
		if slices.Equal(bounds, p.bounds[n*len(bounds):][:len(bounds)]) && slices.Equal(over, p.over[n*len(over):][:len(over)]) {
			p.bounds, p.over = p.bounds[:firstBound], p.over[:firstOver]
			return int32(n)
		}
	}
	return int32(firstBound / len(bounds))
}

func (b *builder) appendLimits(p *Pricer, s site, price int32) {
	for n := range b.groups.rows {
		g := &b.groups.rows[n]
		number := int32(n)
		if n == len(b.groups.rows)-1 {
			number = claims.NoCode
		}
		cell := int(price)*len(b.groups.rows) + n
		var standard money.Fen
		if p.keepStandards {
			standard = p.standards[cell]
		}
		mean := g.mean
		if b.byStandard {
			mean = standard
		}
		var open uint64
		var missing [2 * maxBranches]bool
		bounds := make([]int64, firstCut+len(p.limits))
		for i, l := range p.limits {
			v, ok := l.cut(b, s, number, g, mean, standard)
			missing[i] = !ok
			bounds[firstCut+i] = int64(v)
		}
		for i := range b.branches {
			br := &b.branches[i]
			if br.loCut >= 0 && missing[br.loCut] || br.hiCut >= 0 && missing[br.hiCut] {
				continue
			}
			if b.serves(br, s, number, g, int64(mean), int64(standard)) {
				open |= 1 << i
			}
		}
		bounds[openBranches], bounds[reference] = int64(open), int64(mean)
		p.bounds = append(p.bounds, bounds...)
		for c := range b.classes {
			var over money.Ratio
			if l := b.classes[c].pay.over; l != nil && l.kind == limitRatio {
				over, _ = l.ratio(b, s, number, g)
			}
			p.over = append(p.over, p.overNumber(over))
		}
	}
}

// over is a multiple of the reference that a formula counts cost from, and the same in whole numbers: cost / reference − ratio is
// (times · cost − less · reference) / (times · reference).
type over struct{ ratio, times, less int64 }

// overNumber returns the number of a ratio in overs plus one, and 0 for none.
func (p *Pricer) overNumber(ratio money.Ratio) int32 {
	if ratio <= 0 {
		return 0
	}
	n := slices.IndexFunc(p.overs, func(o over) bool { return o.ratio == int64(ratio) })
	if n < 0 {
		n = len(p.overs)
		part := divisor(int64(ratio), ppm)
		p.overs = append(p.overs, over{int64(ratio), ppm / part, int64(ratio) / part})
	}
	return int32(n + 1)
}

// overOf returns the ratio that the formula of a class counts from, in parts per million; 0 for none.
func (p *Pricer) overOf(limit int32, class int) int64 {
	if n := p.over[int(limit)*len(p.classes)+class]; n > 0 {
		return p.overs[n-1].ratio
	}
	return 0
}
