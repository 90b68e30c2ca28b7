package settle

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/money"
)

// Settle works out a year from the sums of its claims. It is pure: the same tally gives the same outcome. The outcome has
// passed Check.
func (s *Settlement) Settle(t *Tally) (*Outcome, error) {
	return s.SettleWith(t, func() *Indices { return NewIndices(t) })
}

// SettleWith is Settle where the tally's indices may have been measured before, for another settlement.
func (s *Settlement) SettleWith(t *Tally, indices func() *Indices) (*Outcome, error) {
	if err := s.accepts(t); err != nil {
		return nil, err
	}
	w := &work{s: s, t: t, indices: indices, out: &Outcome{Year: s.year, Advanced: s.advance != nil}}
	if err := w.everyClaimHasABudget(); err != nil {
		return nil, err
	}
	w.groups = make([][]*groupWork, len(s.budgets))
	for b := range s.budgets {
		for g := range s.budgets[b].groups {
			gw, err := w.settleGroup(b, g)
			if err != nil {
				return nil, fmt.Errorf("settling %d: %w", s.year, err)
			}
			w.groups[b] = append(w.groups[b], gw)
		}
	}
	for _, step := range []func() error{w.deduct, w.payOut, w.finishFunds, w.paySubsidies} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("settling %d: %w", s.year, err)
		}
	}
	w.gatherHospitals()
	w.measured()
	if err := Check(w.out); err != nil {
		return nil, fmt.Errorf("settling %d: %w", s.year, err)
	}
	return w.out, nil
}

// work is a settlement under way.
type work struct {
	s        *Settlement
	t        *Tally
	indices  func() *Indices
	out      *Outcome
	groups   [][]*groupWork // by budget and its groups
	accounts []account      // by scheme (-1 first) and hospital
}

// groupWork is a group of funds under way.
type groupWork struct {
	b     *budget
	g     *group
	first int    // position of the group's first fund in Outcome.Funds
	lines []Line // by fund and hospital; at level hospital one for each
	heads []capitated
	// places is by line, at level alliance.
	places []places
}

func (w *work) warn(id, zh, en string, args ...any) {
	w.out.Warnings = append(w.out.Warnings, Warning{ID: id, Zh: fmt.Sprintf(zh, args...), En: fmt.Sprintf(en, args...)})
}

// hospitals is the number of hospitals.
func (w *work) hospitals() int { return len(w.s.reg.Hospitals) }

// everyClaimHasABudget fails where claims of a scheme are in a stream whose budget does not serve that scheme.
func (w *work) everyClaimHasABudget() error {
	for i := range w.s.streams {
		st := &w.s.streams[i]
		if st.Method == ByNone {
			continue
		}
		b := &w.s.budgets[st.budget]
		for sc := range w.s.reg.Schemes {
			if b.serves(sc) {
				continue
			}
			for h := range w.s.reg.Hospitals {
				for m := range Months {
					if c := w.t.Cell(i, sc, h, m); c.Claims != 0 || c.Pockets != (benefit.Pockets{}) {
						return fmt.Errorf("settling %d: stream %s has claims of scheme %s, which its budget %s does not serve", w.s.year, st.ID, w.s.reg.Schemes[sc], b.id)
					}
				}
			}
		}
	}
	return nil
}

func (b *budget) serves(scheme int) bool {
	for i := range b.groups {
		for _, sc := range b.groups[i].schemes {
			if sc == scheme {
				return true
			}
		}
	}
	return false
}

// settleGroup settles the funds of one budget and scheme.
func (w *work) settleGroup(bi, gi int) (*groupWork, error) {
	b := &w.s.budgets[bi]
	gw := &groupWork{b: b, g: &b.groups[gi], first: len(w.out.Funds)}
	w.openFunds(gw, bi)
	parts, err := w.gather(gw)
	if err != nil {
		return nil, err
	}
	if err := w.planFunds(gw); err != nil {
		return nil, err
	}
	if err := w.payPlain(gw, parts); err != nil {
		return nil, err
	}
	if b.level == OfRegion {
		return gw, w.settleRegion(gw, parts)
	}
	return gw, w.settleParts(gw, parts)
}

// openFunds adds the group's funds to the outcome.
func (w *work) openFunds(gw *groupWork, bi int) {
	scheme := w.s.schemeName(gw.g.scheme)
	keys := w.s.keys(gw.b.level)
	for i, who := range keys {
		f := FundResult{BudgetID: gw.b.id, TitleZh: gw.b.zh, TitleEn: gw.b.en, Level: gw.b.level, Scheme: scheme,
			Unlimited: gw.b.unlimited, scheme: gw.g.scheme, budget: bi, where: i}
		part := scheme
		if part == "" {
			part = "all"
		}
		switch gw.b.level {
		case OfAlliance:
			f.Alliance = who
			if who == "" {
				who = "none"
			}
		case OfHospital:
			f.Hospital = who
		}
		f.ID = fundID(gw.b.id, part, who)
		w.out.Funds = append(w.out.Funds, f)
	}
	n := w.hospitals()
	if gw.b.level == OfAlliance {
		n *= len(keys)
		gw.places = make([]places, n)
	}
	gw.lines = make([]Line, n)
	for i := range gw.lines {
		gw.lines[i].Fund, gw.lines[i].Hospital = gw.first+gw.fundOf(i, w.hospitals()), i%w.hospitals()
	}
}

// fundOf returns which of the group's funds a line belongs to.
func (gw *groupWork) fundOf(line, hospitals int) int {
	if gw.b.level == OfHospital {
		return line
	}
	return line / hospitals
}

func (gw *groupWork) funds(w *work) []FundResult {
	return w.out.Funds[gw.first : gw.first+len(w.s.keys(gw.b.level))]
}

// part is what one stream brings to a group's lines.
type part struct {
	stream int
	claims []int64
	booked []money.Fen
	gross  []money.Fen
	direct []money.Fen
	points []money.Points
}

// gather adds up the group's claims by stream and line.
func (w *work) gather(gw *groupWork) ([]part, error) {
	parts := make([]part, len(gw.b.streams))
	for i, st := range gw.b.streams {
		n := len(gw.lines)
		p := part{stream: st, claims: make([]int64, n), booked: make([]money.Fen, n), gross: make([]money.Fen, n), direct: make([]money.Fen, n), points: make([]money.Points, n)}
		for _, sc := range gw.g.schemes {
			if gw.b.level == OfAlliance {
				if err := w.gatherHomes(gw, &p, sc); err != nil {
					return nil, err
				}
				continue
			}
			for h := range w.hospitals() {
				for m := range Months {
					c := w.t.Cell(st, sc, h, m)
					p.claims[h] += c.Claims
					p.booked[h] += c.Pockets[benefit.Fund]
					p.gross[h] += c.Pockets.Gross()
					p.direct[h] += c.Direct
					p.points[h] += c.Points
				}
			}
		}
		for i := range gw.lines {
			l := &gw.lines[i]
			l.Claims += p.claims[i]
			l.Gross += p.gross[i]
			l.Booked += p.booked[i]
			l.Points += p.points[i]
		}
		parts[i] = p
	}
	for i := range gw.lines {
		f := &w.out.Funds[gw.lines[i].Fund]
		f.Claims += gw.lines[i].Claims
		f.Gross += gw.lines[i].Gross
		f.Booked += gw.lines[i].Booked
	}
	return parts, nil
}

// planFunds opens the budgets of the group's funds.
func (w *work) planFunds(gw *groupWork) error {
	funds := gw.funds(w)
	for i := range funds {
		f := &funds[i]
		if f.Unlimited {
			continue
		}
		who := f.Alliance + f.Hospital
		got, err := w.opening(gw.b.opening, asked{b: gw.b, g: gw.g, level: gw.b.level, who: who, booked: f.Booked})
		if err != nil {
			return fmt.Errorf("%s: %w", gw.b.opening.pos, err)
		}
		if f.Unlimited = got.open; f.Unlimited {
			if f.Claims != 0 {
				w.warn(f.ID, "没有预算，按实际支付", "has no budget and is charged what it costs")
			}
			continue
		}
		if err := gw.b.plan(f, got.line, gw.g.scheme, w.s.round); err != nil {
			return err
		}
		if tooLarge(f.Budget) || tooLarge(f.Net) {
			return fmt.Errorf("%s: fund %s: budget: %w", gw.b.opening.pos, f.ID, money.ErrOverflow)
		}
		if f.Net < 0 {
			w.warn(f.ID, "扣除各项后可用预算为负：%s", "what is left of the budget after carve-outs and reserve is negative: %s", f.Net.Grouped())
		}
	}
	return nil
}

// payPlain charges the lines with what needs no point value.
func (w *work) payPlain(gw *groupWork, parts []part) error {
	for i := range parts {
		p := &parts[i]
		st := &w.s.streams[p.stream]
		before := gw.bases()
		for l := range gw.lines {
			switch st.Method {
			case ByDirect:
				gw.lines[l].Base += p.direct[l]
			case ByBooked:
				gw.lines[l].Base += p.booked[l]
			}
		}
		if st.Method == ByCapitation {
			if err := w.payHeads(gw, p); err != nil {
				return err
			}
		}
		w.noteBase(gw, before, st.TitleZh, st.TitleEn)
	}
	return nil
}
