package settle

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/money"
)

// sameAsCells fails where the sums by home and those by month disagree: a fund would be charged for what nobody was paid.
func (w *work) sameAsCells(stream, scheme int, homes []HomeCell) error {
	for h := range homes {
		var sum HomeCell
		for m := range Months {
			c := w.t.Cell(stream, scheme, h, m)
			sum.Claims += c.Claims
			sum.Gross += c.Pockets.Gross()
			sum.Fund += c.Pockets[benefit.Fund]
			sum.Points += c.Points
			sum.Direct += c.Direct
		}
		sum.Stays = homes[h].Stays // cells do not tell stays from visits
		if sum != homes[h] {
			return fmt.Errorf("law of homes: stream %s, scheme %s, hospital %s: by month %+v, by county %+v", w.s.streams[stream].ID,
				w.s.reg.Schemes[scheme], w.s.reg.Hospitals[h].ID, sum, homes[h])
		}
	}
	return nil
}

// settleParts settles a group with a fund per alliance or hospital: pools pay every hospital by one point value, each fund
// is charged for its own people's or its own hospital's part, and keeps or bears its own balance.
func (w *work) settleParts(gw *groupWork, parts []part) error {
	list := w.pools(gw, parts)
	if err := w.chargePools(list); err != nil {
		return err
	}
	if err := w.budgetPools(gw, list); err != nil {
		return err
	}
	for l := range gw.lines {
		w.out.Funds[gw.lines[l].Fund].Plain += gw.lines[l].Base
	}
	for _, pd := range list {
		pays, err := w.value(pd, pd.due)
		if err != nil {
			return err
		}
		res := &w.out.Pools[pd.at]
		res.in, res.pays, res.Due = pd.in, pays, res.Paid
		before := gw.bases()
		if err := w.chargeLines(gw, pd, pays); err != nil {
			return err
		}
		w.noteBase(gw, before, pd.p.zh, pd.p.en)
	}
	funds := gw.funds(w)
	for l := range gw.lines {
		w.out.Funds[gw.lines[l].Fund].Charged += gw.lines[l].Base
	}
	for i := range funds {
		f := &funds[i]
		if f.Unlimited {
			continue
		}
		gw.b.letGo(f)
		f.Balance = f.Net + f.Released - f.Charged
		if gw.b.level == OfAlliance && f.Alliance == "" {
			continue // nobody answers for the people of no alliance: the region's fund keeps and bears
		}
		var err error
		if f.shares, err = w.share(gw.b.sharing, f); err != nil {
			return fmt.Errorf("fund %s: %w", f.ID, err)
		}
		if gw.b.level == OfHospital {
			gw.lines[i].share(f.shares, f.shares > 0)
			continue
		}
		if err := w.shareInside(gw, i, f); err != nil {
			return fmt.Errorf("fund %s: %w", f.ID, err)
		}
	}
	return nil
}

// budgetPools sets the pools' money to what the funds have left for them, where the pack asks for that, in proportion to
// what the pools booked; and controls growth where the funds together are overrun.
func (w *work) budgetPools(gw *groupWork, list []*pooled) error {
	var net, plain money.Fen
	own := make([]money.Fen, len(gw.funds(w))) // booked, by fund
	for l := range gw.lines {
		at := gw.lines[l].Fund - gw.first
		plain += gw.lines[l].Base
		own[at] += gw.lines[l].Base
		for _, pd := range list {
			own[at] += pd.booked[l]
		}
	}
	for i, f := range gw.funds(w) {
		if f.Unlimited {
			net += own[i]
		} else {
			net += f.Net
		}
	}
	charged := plain
	for _, pd := range list {
		charged += pd.due
	}
	if charged > net {
		for _, pd := range list {
			if err := w.controlGrowth(pd); err != nil {
				return err
			}
		}
		if err := w.chargePools(list); err != nil {
			return err
		}
	}
	rest := net - plain
	var asking []*pooled
	var weights []int64
	for _, pd := range list {
		if _, _, points := pd.in.total(); pd.p.money == moneyBudget && pd.p.fixed.Points == 0 && points > 0 {
			asking = append(asking, pd)
			weights = append(weights, int64(max(pd.due, 0)))
		} else {
			rest -= pd.due
		}
	}
	if len(asking) == 0 {
		return nil
	}
	if len(asking) == 1 {
		weights[0] = 1
	}
	shares, err := money.Allocate(rest, weights)
	if err != nil {
		return fmt.Errorf("budget %s: money of the pools: %w", gw.b.id, err)
	}
	for i, pd := range asking {
		pd.due = shares[i]
	}
	return nil
}

// chargeLines divides each hospital's payment from a pool over the funds that answer for the stays, by their points.
func (w *work) chargeLines(gw *groupWork, pd *pooled, pays []money.Fen) error {
	if gw.b.level == OfHospital {
		for h := range pays {
			gw.lines[h].Base += pays[h]
		}
		return nil
	}
	n := len(gw.funds(w))
	for h := range pays {
		at := func(fund int) int { return fund*w.hospitals() + h }
		owed := pays[h]
		points, booked := make([]money.Points, n), make([]money.Fen, n)
		paid := make([]money.Fen, n) // by patients and other payers
		var sum money.Points
		for fund := range n {
			points[fund], booked[fund] = pd.byLine[at(fund)], pd.booked[at(fund)]
			sum += points[fund]
			if pd.p.basis == TotalCost && !w.out.Pools[pd.at].NoPoints {
				paid[fund] = pd.gross[at(fund)] - pd.booked[at(fund)]
				owed += paid[fund]
			}
		}
		var shares []money.Fen
		var err error
		switch {
		case w.out.Pools[pd.at].NoPoints:
			shares = booked
		case sum != 0:
			shares, err = split(owed, points)
		default:
			// Points that cancel out say nothing about whose stays they were.
			shares = make([]money.Fen, n)
			shares[n-1] = owed
		}
		if err != nil {
			return fmt.Errorf("pool %s: hospital %s: %w", pd.p.id, w.s.reg.Hospitals[h].ID, err)
		}
		for fund := range n {
			gw.lines[at(fund)].Base += shares[fund] - paid[fund]
		}
	}
	return nil
}

// shareInside splits what an alliance keeps or bears among its hospitals and notes the result.
func (w *work) shareInside(gw *groupWork, i int, f *FundResult) error {
	list := members(w.s.reg, f.Alliance)
	if len(list) == 0 {
		if f.shares != 0 {
			w.warn(f.ID, "医共体无医疗机构，%s 留在基金", "the alliance has no hospital: %s stays with the fund", f.shares.Grouped())
			f.shares = 0
		}
		return nil
	}
	lines := gw.lines[i*w.hospitals() : (i+1)*w.hospitals()]
	loads := make([]int64, len(list))
	pot := f.shares
	for k, h := range list {
		loads[k] = gw.b.split.by.of(&lines[h])
		if gw.b.split.all {
			pot += lines[h].Base
		}
	}
	parts, err := gw.b.split.splitInside(w.s.reg, pot, list, loads, w.s.round)
	if err != nil {
		return err
	}
	for k, h := range list {
		amount := parts[k]
		if gw.b.split.all {
			amount -= lines[h].Base
		}
		lines[h].share(amount, f.shares > 0)
	}
	return nil
}
