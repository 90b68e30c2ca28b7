package settle

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// Level tells to whom a budget is given.
type Level uint8

// The levels, in the order of levelNames.
const (
	OfRegion   Level = iota // one fund for the whole region (统筹区)
	OfAlliance              // one fund per county alliance, charged for the people it answers for (医共体总额付费)
	OfHospital              // one fund per hospital (定额)
)

var levelNames = []string{"region", "alliance", "hospital"}

// String gives the word used in packs.
func (l Level) String() string { return levelNames[l] }

// budget is one budget of the pack; it has a group of funds per scheme, or one group for all schemes.
type budget struct {
	id, zh, en  string
	level       Level
	unlimited   bool // the budget that takes the streams that name none
	opening     *opening
	adjustments []change
	carveOuts   []change
	reserve     reserve
	sharing     *sharing
	scope       scope
	split       inside
	groups      []group
	streams     []int           // positions of the streams charged to it
	sources     []policy.Source // of the budget as a whole
	openingLaw  []policy.Source // of the part opening
	sharingLaw  []policy.Source // of the part sharing
	pos         policy.Pos
}

// unlimitedID names the budget of the streams that name none.
const unlimitedID = "unlimited"

// group is the part of a budget that one scheme, or all schemes together, have.
type group struct {
	scheme  int // -1 for all schemes together
	schemes []int
}

// change is an amount that is added to a budget or taken out of it.
type change struct {
	id, zh, en string
	fixed      bool
	amount     perScheme[money.Fen]
	share      perScheme[money.Ratio]
	ofRest     bool
	reason     string
	month      int // 1 to 12; 0 for the whole year
	sources    []policy.Source
}

// of returns the amount of a change for a scheme, given the opening and what is left of it.
func (c *change) of(scheme int, whole, rest money.Fen, round money.Rounding) (money.Fen, error) {
	if c.fixed {
		return c.amount.of(scheme), nil
	}
	if c.ofRest {
		whole = rest
	}
	return whole.Times(c.share.of(scheme), round)
}

// release tells when the reserve flows back into the budget.
type release uint8

const (
	releaseNever     release = iota
	releaseOverrun           // as far as an overrun needs it, before the overrun is shared
	releaseNoOverrun         // whole, when there is no overrun
	releaseAlways            // whole
)

var releaseNames = []string{"never", "overrun", "no_overrun", "always"}

// reserve is the part of a budget that is held back (调剂金, 风险金).
type reserve struct {
	held    change
	release release
	set     bool
}

// decodeBudgets reads the list of budgets.
func (c *compiler) decodeBudgets(d *policy.Decoder) {
	d.Each("budgets", func(_ int, it *policy.Decoder) {
		b := budget{id: it.Text("id"), level: Level(it.WordOr("level", levelNames, 0)), pos: it.Pos()}
		b.zh, b.en = title(it, b.id)
		b.sources = c.law("", it.Value())
		b.openingLaw = c.law("settle.budgets."+b.id+".opening", it.Value())
		b.sharingLaw = c.law("settle.budgets."+b.id+".sharing", it.Value())
		if b.id == unlimitedID {
			it.Fail("id", "%q is the budget of streams that name none", b.id)
		}
		if slices.ContainsFunc(c.s.budgets, func(o budget) bool { return o.id == b.id }) {
			it.Fail("id", "%q stands there twice", b.id)
		}
		joint := c.decodeGroups(it, &b)
		if o := it.Sub("opening"); o != nil {
			b.opening = c.decodeOpening(o, &b, joint)
			o.Close()
		} else {
			it.Fail("opening", "is missing")
		}
		b.adjustments = c.decodeChanges(it, &b, "adjustments", joint)
		b.carveOuts = c.decodeChanges(it, &b, "carve_outs", joint)
		if r := it.Sub("reserve"); r != nil {
			b.reserve = reserve{held: c.decodeAmount(r, &b, joint, false), release: release(r.WordOr("release", releaseNames, 0)), set: true}
			b.reserve.held.sources = c.law("settle.budgets."+b.id+".reserve", it.Value())
			b.reserve.held.id, b.reserve.held.zh, b.reserve.held.en = "reserve", "风险储备", "reserve"
			r.Close()
		}
		b.givesItsOwn(it)
		if sh := it.Sub("sharing"); sh != nil {
			b.sharing = c.decodeSharing(sh, joint)
			sh.Close()
		}
		b.scope = everywhere
		if a := it.Sub("alliance"); a != nil {
			if b.level != OfAlliance {
				it.Fail("alliance", "only a budget of level alliance has this")
			}
			b.scope, b.split = c.decodeAlliance(a)
			a.Close()
		} else if b.level == OfAlliance {
			b.split = inside{weights: evenTiers}
		}
		c.s.budgets = append(c.s.budgets, b)
	})
}

// givesItsOwn fails where shares of the opening give more of it away than there is. Adjustments may bring more: with them, and for
// amounts, the settlement warns, as a search or an attribution may pass such a point on its way.
func (b *budget) givesItsOwn(it *policy.Decoder) {
	if len(b.adjustments) > 0 {
		return
	}
	for _, g := range b.groups {
		var sum money.Ratio
		for _, ch := range append(slices.Clone(b.carveOuts), b.reserve.held) {
			if !ch.fixed && !ch.ofRest {
				sum += ch.share.of(g.scheme)
			}
		}
		if sum > money.One {
			it.Fail("carve_outs", "%s of the opening is given away, carve-outs and reserve together; at most 100%% is there", sum.Percent())
			return
		}
	}
}

// decodeGroups reads which schemes a budget serves and reports whether they share one fund.
func (c *compiler) decodeGroups(it *policy.Decoder, b *budget) (joint bool) {
	all := make([]int, len(c.reg.Schemes))
	for i := range all {
		all[i] = i
	}
	switch word := it.TextOr("scheme", "each"); word {
	case "each":
		for _, i := range all {
			b.groups = append(b.groups, group{scheme: i, schemes: []int{i}})
		}
	case "all":
		b.groups = []group{{scheme: -1, schemes: all}}
		return true
	default:
		if i := find(it, "scheme", word, "scheme", append([]string{"each", "all"}, c.reg.Schemes...)) - 2; i >= 0 {
			b.groups = []group{{scheme: i, schemes: []int{i}}}
		}
	}
	return false
}

// decodeChanges reads a list of adjustments or carve-outs.
func (c *compiler) decodeChanges(d *policy.Decoder, b *budget, key string, joint bool) []change {
	var list []change
	reasoned := key == "adjustments"
	d.Each(key, func(_ int, it *policy.Decoder) {
		id := it.Text("id")
		ch := c.decodeAmount(it, b, joint, reasoned)
		ch.id = id
		ch.zh, ch.en = title(it, id)
		ch.sources = c.law("settle.budgets."+b.id+"."+key+"."+id, d.Value())
		if reasoned {
			ch.reason = it.Text("reason")
			if ch.month = it.IntOr("month", 0); ch.month < 0 || ch.month > Months {
				it.Fail("month", "%d is not from 1 to 12", ch.month)
			}
		}
		if slices.ContainsFunc(list, func(o change) bool { return o.id == id }) {
			it.Fail("id", "%q stands there twice", id)
		}
		list = append(list, ch)
	})
	return list
}

// decodeAmount reads an amount or a share; what is taken out of a budget must not be negative.
func (c *compiler) decodeAmount(it *policy.Decoder, b *budget, joint, signed bool) change {
	var ch change
	ch.fixed = it.Has("amount")
	if ch.fixed == it.Has("share") {
		it.Fail("amount", "either amount or share is needed, and not both")
		return ch
	}
	if ch.fixed && b.level != OfRegion {
		it.Fail("amount", "an amount does not tell the funds of level %s apart; give a share", b.level)
	}
	if ch.fixed {
		ch.amount = byScheme(c, it, "amount", func(d *policy.Decoder, key string) money.Fen {
			f := d.Fen(key)
			if f < 0 && !signed {
				d.Fail(key, "%s is negative", f)
			}
			return f
		})
		needSame(it, "amount", joint, ch.amount)
		return ch
	}
	ch.share = byScheme(c, it, "share", func(d *policy.Decoder, key string) money.Ratio {
		if signed {
			return d.Ratio(key)
		}
		return d.Share(key)
	})
	needSame(it, "share", joint, ch.share)
	ch.ofRest = it.WordOr("of", []string{"opening", "rest"}, 0) == 1
	return ch
}

// BudgetLine is one step from a fund's opening to what it may spend.
type BudgetLine struct {
	ID      string // opening, an adjustment's or carve-out's id, reserve
	Kind    LineKind
	TitleZh string
	TitleEn string
	Amount  money.Fen // carve-outs and the reserve are positive and go off
	// Zh and En show the arithmetic.
	Zh, En  string
	Reason  string // of an adjustment
	Month   int    // of an adjustment: 1 to 12, or 0
	Sources []policy.Source
}

// LineKind tells the lines of a fund's budget apart.
type LineKind uint8

// The kinds of budget lines.
const (
	OpeningLine LineKind = iota
	AdjustmentLine
	CarveOutLine
	ReserveLine
)

// plan sets up a fund's budget from its opening: the lines, the reserve held and the net budget.
func (b *budget) plan(f *FundResult, open BudgetLine, scheme int, round money.Rounding) error {
	if tooLarge(open.Amount) {
		return fmt.Errorf("fund %s: opening: %w", f.ID, money.ErrOverflow)
	}
	open.ID, open.Kind, open.TitleZh, open.TitleEn = "opening", OpeningLine, "年初预算", "opening budget"
	if open.Sources == nil {
		open.Sources = b.openingLaw
	}
	f.Lines = append(f.Lines, open)
	f.Opening, f.Budget = open.Amount, open.Amount
	rest := open.Amount
	put := func(ch *change, kind LineKind) (money.Fen, error) {
		amount, err := ch.of(scheme, f.Opening, rest, round)
		if err == nil && tooLarge(amount) {
			err = money.ErrOverflow
		}
		if err != nil {
			return 0, fmt.Errorf("fund %s: %s: %w", f.ID, ch.id, err)
		}
		line := BudgetLine{ID: ch.id, Kind: kind, TitleZh: ch.zh, TitleEn: ch.en, Amount: amount, Reason: ch.reason, Month: ch.month, Sources: ch.sources}
		if !ch.fixed {
			of, zh, en := f.Opening, "年初预算", "opening"
			if ch.ofRest {
				of, zh, en = rest, "余额", "rest"
			}
			line.Zh = fmt.Sprintf("%s %s × %s = %s", zh, of.Grouped(), ch.share.of(scheme).Percent(), amount.Grouped())
			line.En = fmt.Sprintf("%s %s × %s = %s", en, of.Grouped(), ch.share.of(scheme).Percent(), amount.Grouped())
		}
		f.Lines = append(f.Lines, line)
		return amount, nil
	}
	for i := range b.adjustments {
		amount, err := put(&b.adjustments[i], AdjustmentLine)
		if err != nil {
			return err
		}
		f.Budget += amount
		rest += amount
	}
	for i := range b.carveOuts {
		amount, err := put(&b.carveOuts[i], CarveOutLine)
		if err != nil {
			return err
		}
		f.CarvedOut += amount
		rest -= amount
	}
	if b.reserve.set {
		amount, err := put(&b.reserve.held, ReserveLine)
		if err != nil {
			return err
		}
		f.ReserveHeld = amount
		rest -= amount
	}
	f.Net = rest
	return nil
}

// letGo releases the reserve of a fund, once it is known what the fund is charged.
func (b *budget) letGo(f *FundResult) {
	over := f.Charged > f.Net
	switch b.reserve.release {
	case releaseAlways:
		f.Released = f.ReserveHeld
	case releaseNoOverrun:
		if !over {
			f.Released = f.ReserveHeld
		}
	case releaseOverrun:
		if over {
			f.Released = max(min(f.ReserveHeld, f.Charged-f.Net), 0)
		}
	}
	f.Reserve = f.ReserveHeld - f.Released
}

// growthOf reads a growth from -100 % to 100 %, 0 when it is absent: 8 without a sign would be ninefold the year before.
func growthOf(d *policy.Decoder, key string) money.Ratio {
	g := d.RatioOr(key, 0)
	if g < -money.One || g > money.One {
		text := d.Raw(key).Text
		if _, err := strconv.Atoi(text); err != nil {
			d.Fail(key, "%s is not from -100%% to 100%%", text)
		} else {
			d.Fail(key, "%s means %s, and growth is from -100%% to 100%%; write %s%%", text, g.Percent(), text)
		}
	}
	return g
}
