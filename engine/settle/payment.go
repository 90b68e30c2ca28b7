package settle

import (
	"fmt"
	"slices"

	"github.com/drgsim/drgsim/engine/money"
)

// pooled is one pool of a group under way.
type pooled struct {
	p      *pool
	at     int // position in Outcome.Pools
	in     sums
	byLine []money.Points // points as earned, by line
	gross  []money.Fen    // by line
	booked []money.Fen    // by line
	due    money.Fen      // what the pool is charged before retention and sharing
}

// pools collects what the group's points streams bring to each pool.
func (w *work) pools(gw *groupWork, parts []part) []*pooled {
	var list []*pooled
	for pi := range w.s.pools {
		p := &w.s.pools[pi]
		if len(p.streams) == 0 || &w.s.budgets[p.budget] != gw.b {
			continue
		}
		n := len(gw.lines)
		pd := &pooled{p: p, at: len(w.out.Pools), byLine: make([]money.Points, n), gross: make([]money.Fen, n), booked: make([]money.Fen, n),
			in: sums{gross: make([]money.Fen, w.hospitals()), booked: make([]money.Fen, w.hospitals()), points: make([]money.Points, w.hospitals())}}
		res := PoolResult{ID: fundID(p.id, orAll(w.s.schemeName(gw.g.scheme))), Pool: p.id, Budget: gw.b.id, Scheme: w.s.schemeName(gw.g.scheme),
			TitleZh: p.zh, TitleEn: p.en, Basis: p.basis, pool: pi}
		for i := range parts {
			if !slices.Contains(p.streams, parts[i].stream) {
				continue
			}
			for l := range gw.lines {
				h := gw.lines[l].Hospital
				pd.byLine[l] += parts[i].points[l]
				pd.gross[l] += parts[i].gross[l]
				pd.booked[l] += parts[i].booked[l]
				pd.in.points[h] += parts[i].points[l]
				pd.in.gross[h] += parts[i].gross[l]
				pd.in.booked[h] += parts[i].booked[l]
				res.Claims += parts[i].claims[l]
			}
		}
		res.Gross, res.Booked, res.Points = pd.in.total()
		w.out.Pools = append(w.out.Pools, res)
		list = append(list, pd)
	}
	return list
}

func orAll(scheme string) string {
	if scheme == "" {
		return "all"
	}
	return scheme
}

// value pays a pool's money and notes the point value in its result.
func (w *work) value(pd *pooled, fund money.Fen) ([]money.Fen, error) {
	res := &w.out.Pools[pd.at]
	_, booked, points := pd.in.total()
	res.Points, res.Money = points, fund
	if res.NoPoints = points <= 0 && pd.p.fixed.Points == 0; res.NoPoints {
		res.Money, res.Paid, res.Residual = booked, booked, 0
		return slices.Clone(pd.in.booked), nil
	}
	got, err := pd.p.pay(&pd.in, fund)
	if err != nil {
		return nil, err
	}
	res.Value, res.Applied, res.Paid, res.Residual = got.exact, got.applied, got.paid, fund-got.paid
	return got.pays, nil
}

// chargePools finds what each pool is due before retention and sharing: what was booked, or what its points are worth at a
// fixed value; and pays that.
func (w *work) chargePools(list []*pooled) error {
	for _, pd := range list {
		_, pd.due, _ = pd.in.total()
		if pd.p.fixed.Points != 0 {
			got, err := pd.p.pay(&pd.in, 0)
			if err != nil {
				return err
			}
			pd.due = got.paid
		}
	}
	return nil
}

// settleRegion settles a group with one fund: what is kept or borne flows through the pools' point values.
func (w *work) settleRegion(gw *groupWork, parts []part) error {
	list := w.pools(gw, parts)
	if err := w.chargePools(list); err != nil {
		return err
	}
	f := &w.out.Funds[gw.first]
	for l := range gw.lines {
		f.Plain += gw.lines[l].Base
	}
	f.Charged = f.Plain
	for _, pd := range list {
		f.Charged += pd.due
	}
	if f.Unlimited {
		return w.payRegion(gw, list, 0, nil)
	}
	gw.b.letGo(f)
	if f.Charged > f.Net {
		for _, pd := range list {
			if err := w.controlGrowth(pd); err != nil {
				return err
			}
		}
		if err := w.recharge(f, list); err != nil {
			return err
		}
	}
	f.Balance = f.Net + f.Released - f.Charged
	var err error
	if f.shares, err = w.share(gw.b.sharing, f); err != nil {
		return fmt.Errorf("fund %s: %w", f.ID, err)
	}
	return w.payRegion(gw, list, f.shares, w.sharers(gw, parts))
}

// recharge corrects the charge for pools with a fixed value, whose points growth control has changed.
func (w *work) recharge(f *FundResult, list []*pooled) error {
	for _, pd := range list {
		f.Charged -= pd.due
	}
	if err := w.chargePools(list); err != nil {
		return err
	}
	for _, pd := range list {
		f.Charged += pd.due
	}
	return nil
}

// sharers sums by hospital what the sharing streams without a pool are charged.
func (w *work) sharers(gw *groupWork, parts []part) []money.Fen {
	var out []money.Fen
	for i := range parts {
		st := &w.s.streams[parts[i].stream]
		if !st.shares || st.Method == ByPoints {
			continue
		}
		if out == nil {
			out = make([]money.Fen, w.hospitals())
		}
		for h := range out {
			switch st.Method {
			case ByDirect:
				out[h] += max(parts[i].direct[h], 0)
			case ByBooked:
				out[h] += max(parts[i].booked[h], 0)
			}
		}
		for _, hd := range gw.heads {
			if hd.stream == parts[i].stream {
				out[gw.lines[hd.line].Hospital] += hd.amount
			}
		}
	}
	return out
}

// payRegion pays the pools, gives them and the other sharing streams their parts of what is kept or borne, each in
// proportion to its charge, and fills the lines.
func (w *work) payRegion(gw *groupWork, list []*pooled, shares money.Fen, others []money.Fen) error {
	weights := make([]int64, len(list)+1)
	var all int64
	for i, pd := range list {
		if _, _, points := pd.in.total(); points > 0 || pd.p.fixed.Points != 0 {
			weights[i] = int64(max(pd.due, 0))
		}
		all += weights[i]
	}
	for _, f := range others {
		weights[len(list)] += int64(f)
	}
	if all += weights[len(list)]; all == 0 {
		// With nothing charged, the first pool that has points takes all; without any there is nobody to share.
		for i, pd := range list {
			if _, _, points := pd.in.total(); points > 0 && all == 0 {
				weights[i], all = 1, 1
			}
		}
	}
	f := &w.out.Funds[gw.first]
	if all == 0 && shares != 0 {
		w.warn(f.ID, "无结算点数，留用或分担 %s 无承受机构", "no hospital earned anything to share by: %s stays with the fund", shares.Grouped())
		shares, f.shares = 0, 0
	}
	split, err := money.Allocate(shares, weights)
	if err != nil {
		return fmt.Errorf("fund %s: %w", f.ID, err)
	}
	for i, pd := range list {
		if err := w.payPool(gw, pd, split[i]); err != nil {
			return err
		}
		f.Residual += w.out.Pools[pd.at].Residual
	}
	if own := split[len(list)]; own != 0 {
		f.origin.plain, f.origin.weights = own, others
		parts, err := money.Allocate(own, plain(others))
		if err != nil {
			return fmt.Errorf("fund %s: %w", f.ID, err)
		}
		for h, amount := range parts {
			gw.lines[h].share(amount, shares > 0)
		}
	}
	return nil
}

// payPool pays a pool of a region's fund with and without its part of what is kept or borne; the difference is that part
// by hospital.
func (w *work) payPool(gw *groupWork, pd *pooled, shares money.Fen) error {
	base, err := w.value(pd, pd.due)
	if err != nil {
		return err
	}
	pays := base
	res := &w.out.Pools[pd.at]
	res.Due = pd.due
	if shares != 0 {
		res.base, res.baseValue = base, res.Applied
	}
	before := gw.bases()
	switch {
	case shares == 0:
	case pd.p.fixed.Points != 0:
		weights := make([]money.Points, len(base))
		var sum money.Points
		for h, p := range pd.in.points {
			weights[h] = max(p, 0)
			sum += weights[h]
		}
		if sum == 0 {
			weights[0] = 1
		}
		extra, err := split(shares, weights)
		if err != nil {
			return err
		}
		pays = slices.Clone(base)
		for h := range pays {
			pays[h] += extra[h]
		}
		res.Money += shares
		res.Paid += shares
	default:
		if pays, err = w.value(pd, pd.due+shares); err != nil {
			return err
		}
	}
	res.in, res.pays = pd.in, pays
	for h := range base {
		gw.lines[h].Base += base[h]
		gw.lines[h].share(pays[h]-base[h], shares > 0)
	}
	w.noteBase(gw, before, pd.p.zh, pd.p.en)
	return nil
}

// share adds a hospital's part of what its fund keeps (a surplus) or bears (an overrun). A hospital whose points are below
// zero has a part of the opposite sign.
func (l *Line) share(amount money.Fen, surplus bool) {
	if surplus {
		l.Retained += amount
	} else {
		l.Shared -= amount
	}
}

func plain(fs []money.Fen) []int64 {
	out := make([]int64, len(fs))
	for i, f := range fs {
		out[i] = int64(f)
	}
	return out
}
