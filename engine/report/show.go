package report

import (
	"strconv"
	"strings"
	"time"

	"github.com/drgsim/drgsim/engine/money"
)

// The decimals that the integers of each kind carry, and those that are drawn when the column does not say.
const (
	ratioPlaces   = 6 // as a factor; 4 as percent
	percentPlaces = 4
	fenPlaces     = 2 // as yuan
	wanPlaces     = 6 // as ten thousand yuan

	shownPercent = 2
	shownPoints  = 2
	shownFactor  = 4
	shownMoney   = 2
)

// show draws a cell for reading: rounded half up to the column's decimals, with thousands separators and units.
func (o Options) show(c *Column, cell *Cell) string {
	if cell.Null {
		return "-"
	}
	k := c.kindOf(cell)
	if !k.numeric() && k != KindDate {
		return cell.Text.In(o.Lang)
	}
	return o.number(k, cell.Int, c.Decimals, c.InYuan)
}

// number draws an integer of a kind. decimals is as in Column.
func (o Options) number(k Kind, v int64, decimals int, inYuan bool) string {
	shown := func(standard int) int {
		switch {
		case decimals < 0:
			return 0
		case decimals > 0:
			return decimals
		}
		return standard
	}
	var s string
	switch k {
	case KindFen, KindFenDelta:
		if o.Unit == Wan && !inYuan {
			s = decimal(v, wanPlaces, shownMoney)
		} else {
			s = decimal(v, fenPlaces, fenPlaces)
		}
	case KindRatio, KindRatioDelta:
		s = decimal(v, percentPlaces, shown(shownPercent)) + "%"
	case KindPoints, KindPointsDelta:
		s = decimal(v, ratioPlaces, shown(shownPoints))
	case KindFactor, KindFactorDelta:
		s = decimal(v, ratioPlaces, shown(shownFactor))
	case KindCount, KindCountDelta:
		s = decimal(v, 0, 0)
	case KindDate:
		return date(v)
	default:
		panic("BUG: report: kind " + k.String() + " is not a number")
	}
	if k.delta() && v > 0 {
		s = "+" + s
	}
	return s
}

// decimal draws v, which is scaled by 10^places, with some of its decimals and thousands separators.
func decimal(v int64, places, shown int) string {
	if shown < places {
		unit := int64(1)
		for range places - shown {
			unit *= 10
		}
		r, err := money.MulDiv(v, 1, unit, money.HalfUp)
		if err != nil {
			panic("BUG: report: " + err.Error()) // a division by more than one cannot overflow
		}
		if s := group(plainDecimal(r, shown)); r != 0 || v >= 0 {
			return s
		}
		return "-" + group(plainDecimal(0, shown)) // a loss too small to show is still a loss
	}
	s := plainDecimal(v, places)
	if places == 0 && shown > 0 {
		s += "."
	}
	return group(s + strings.Repeat("0", shown-places))
}

// plainDecimal prints v, scaled by 10^places, exactly and without separators.
func plainDecimal(v int64, places int) string {
	s := strconv.FormatInt(v, 10)
	sign := ""
	if v < 0 {
		sign, s = "-", s[1:]
	}
	if len(s) <= places {
		s = strings.Repeat("0", places+1-len(s)) + s
	}
	if places == 0 {
		return sign + s
	}
	return sign + s[:len(s)-places] + "." + s[len(s)-places:]
}

// group puts commas between thousands.
func group(s string) string {
	whole, frac, _ := strings.Cut(s, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	var b strings.Builder
	b.WriteString(sign)
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(whole[i])
	}
	if frac != "" {
		b.WriteByte('.')
		b.WriteString(frac)
	}
	return b.String()
}

func date(days int64) string { return time.Unix(days*86400, 0).UTC().Format(time.DateOnly) }

// plain prints a cell exactly, for machines: amounts in yuan with two decimals, ratios and factors as decimals, no separators,
// and nothing for no value.
func plain(c *Column, cell *Cell, l Lang) string {
	if cell.Null {
		return ""
	}
	switch k := c.kindOf(cell); k {
	case KindFen, KindFenDelta:
		return plainDecimal(cell.Int, fenPlaces)
	case KindRatio, KindRatioDelta, KindPoints, KindPointsDelta, KindFactor, KindFactorDelta:
		return strings.TrimSuffix(strings.TrimRight(plainDecimal(cell.Int, ratioPlaces), "0"), ".")
	case KindCount, KindCountDelta:
		return strconv.FormatInt(cell.Int, 10)
	case KindDate:
		return date(cell.Int)
	default:
		return cell.Text.In(l)
	}
}

// unitName is the word for the unit of amounts.
func (o Options) unitName(d *Document, inYuan bool) string {
	cur := d.Currency
	if cur.Empty() {
		cur = Text{"元", "yuan"}
	}
	if o.Unit != Wan || inYuan {
		return cur.In(o.Lang)
	}
	return Text{"万" + cur.In(Zh), "10,000 " + cur.In(En)}.In(o.Lang)
}

// heading is the title of a column; where its unit differs from the report's it says so.
func (o Options) heading(d *Document, c *Column) string {
	t := c.Title.In(o.Lang)
	if t == "" {
		t = c.Key
	}
	if o.Unit == Wan && c.InYuan && c.Kind.fen() {
		return t + o.in("（"+o.unitName(d, true)+"）", " ("+o.unitName(d, true)+")")
	}
	return t
}

// in chooses between two phrases of the program's own.
func (o Options) in(zh, en string) string {
	if o.Lang == En {
		return en
	}
	return zh
}

// hasMoney tells whether any drawn value of the document is an amount, so that the unit needs a line.
func (d *Document) hasMoney() bool {
	found := false
	d.each(func(s *Section, _ int) {
		found = found || (s.Table != nil && s.Table.hasMoney()) || (s.Chart != nil && s.Chart.Value.fen())
	})
	return found
}

func (t *Table) hasMoney() bool {
	for _, c := range t.Columns {
		if c.Kind.fen() && !c.Hidden {
			return true
		}
	}
	for _, row := range t.Rows {
		for i := range row {
			if row[i].Kind.fen() {
				return true
			}
		}
	}
	return false
}
