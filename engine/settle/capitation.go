package settle

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// capitation pays an amount per insured person (按人头) of a county or alliance to its hospitals, by their workload in the
// stream with those people.
type capitation struct {
	amount   perScheme[money.Fen]
	alliance bool // by alliance instead of by county
	workload workload
}

func (c *compiler) decodeCapitation(d *policy.Decoder) *capitation {
	h := &capitation{amount: byScheme(c, d, "amount", (*policy.Decoder).Fen)}
	h.alliance = d.Word("by", []string{"county", "alliance"}) == 1
	h.workload = byClaims + workload(d.WordOr("workload", workloadNames[byClaims:], 0))
	return h
}

// capitated is what a line got per head.
type capitated struct {
	stream, line int
	amount       money.Fen
}

// payHeads pays one capitation stream: for each row of enrolment amount × persons, divided over the hospitals that belong
// to the county or alliance. Where none of them has worked for these people, and where they belong to no alliance, the money stays
// with the fund.
func (w *work) payHeads(gw *groupWork, p *part) error {
	st := &w.s.streams[p.stream]
	got := make([]money.Fen, len(gw.lines))
	for _, sc := range gw.g.schemes {
		unallied := int64(0) // people of no alliance
		for _, e := range w.s.reg.Enrolment {
			if e.Scheme != w.s.reg.Schemes[sc] {
				continue
			}
			if st.heads.alliance && e.Alliance == "" {
				unallied += e.Persons
				continue
			}
			amount, err := st.perHead(sc, e.Persons)
			if err != nil {
				return err
			}
			county, _ := w.s.reg.County(e.County)
			loads := make([]int64, w.hospitals())
			var sum int64
			for h := range loads {
				hospital := &w.s.reg.Hospitals[h]
				if st.heads.alliance && hospital.Alliance != e.Alliance || !st.heads.alliance && hospital.County != e.County {
					continue
				}
				c := w.t.Home(p.stream, sc, int(county), h)
				loads[h] = st.heads.workload.of(&Line{Claims: c.Claims, Gross: c.Gross, Booked: c.Fund})
				sum += loads[h]
			}
			if sum == 0 {
				w.warn(fundID(st.ID, e.Scheme, e.County, e.Alliance), "按人头包干 %s 无服务机构，留在基金",
					"no hospital worked for the capitation of %s, which stays with the fund", amount.Grouped())
				continue
			}
			shares, err := money.Allocate(amount, loads)
			if err != nil {
				return fmt.Errorf("stream %s: %w", st.ID, err)
			}
			first := 0
			if gw.b.level == OfAlliance {
				first = w.s.allianceFund(e.Alliance) * w.hospitals()
			}
			for h, f := range shares {
				got[first+h] += f
			}
		}
		if err := w.tellUnallied(st, sc, unallied); err != nil {
			return err
		}
	}
	for l, f := range got {
		if f != 0 {
			gw.lines[l].Base += f
			gw.heads = append(gw.heads, capitated{p.stream, l, f})
		}
	}
	return nil
}

// tellUnallied warns of people of a scheme who belong to no alliance, for whom a capitation by alliance pays nobody.
func (w *work) tellUnallied(st *Stream, scheme int, persons int64) error {
	amount, err := st.perHead(scheme, persons)
	if err == nil && amount > 0 {
		w.warn(fundID(st.ID, w.s.reg.Schemes[scheme]), "%d 名参保人不属任何医共体，其按人头包干 %s 不拨付，留在基金",
			"%d people belong to no alliance; their capitation of %s is not paid out and stays with the fund", persons, amount.Grouped())
	}
	return err
}

// perHead is what a capitation stream pays for some people of a scheme.
func (st *Stream) perHead(scheme int, persons int64) (money.Fen, error) {
	amount, err := money.MulDiv(int64(st.heads.amount.of(scheme)), persons, 1, money.HalfUp)
	if err == nil && tooLarge(money.Fen(amount)) {
		err = money.ErrOverflow
	}
	if err != nil {
		return 0, fmt.Errorf("stream %s: amount per head: %w", st.ID, err)
	}
	return money.Fen(amount), nil
}

// allianceFund returns the position of an alliance's fund in its group; the last is that of the people of none.
func (s *Settlement) allianceFund(alliance string) int {
	if at, ok := s.reg.Alliance(alliance); ok {
		return int(at)
	}
	return len(s.reg.Alliances)
}
