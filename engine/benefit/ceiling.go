package benefit

import (
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// ceiling limits what an insurer pays, or what counts as insured cost, over a period (最高支付限额).
//
//	of: [fund]                         pockets that count; [open] limits the eligible cost before it is shared
//	per: year                          or visit, day, month, twelve_months, ...
//	counter: fund_total                steps that name the same counter share it
//	limits: [{scheme: resident, amount: 250000}, ...]
//	adjust: [{group: [...], add: 200}]
//	to: over_ceiling                   where the excess goes; other_payer for a supplementary scheme
//
// Excess = pockets − (limit − counted before), taken from the pockets in the order given; it rounds nothing but `times`.
// Worked: 299,000.00 paid before, limit 300,000.00, fund 5,000.00: fund 1,000.00, over the ceiling 4,000.00. Exception: a
// claim that no row serves is neither limited nor counted.
type ceiling struct {
	limits table[money.Fen]
	adjust []adjustment
	of     []Pocket
	to     Pocket
	used   counter
	round  money.Rounding
}

func compileCeiling(d *policy.Decoder, ctx *Context) Rule {
	return &ceiling{
		limits: readTable(d, ctx, "limits", false, func(row *policy.Decoder) money.Fen { return row.Fen("amount") }),
		adjust: readAdjustments(d, ctx),
		of:     readPockets(d, "of", Fund),
		to:     readPocket(d, "to", OverCeiling),
		used:   newCounter(d, ctx, perYear),
		round:  d.RoundingOr("round", ctx.Round),
	}
}

func (r *ceiling) skips(chosen []int16) bool { return r.limits.never(chosen) }

// Apply moves the excess out of the pockets.
func (r *ceiling) Apply(v *Visit, y *Year) {
	limit := r.limits.find(v)
	if limit == nil {
		return
	}
	now := held(v, r.of)
	used := r.used.at(v, y)
	most := *limit
	if len(r.adjust) > 0 {
		most = adjusted(v, r.adjust, most, r.round)
	}
	left := max(most-*used, 0)
	excess := max(now-left, 0)
	if v.Tracing() && excess > 0 {
		v.Say("限额 %s，已用 %s，本次 %s，超出 %s", "limit %s, used %s, now %s: %s above it", most, *used, now, excess)
	}
	*used += now - excess
	if excess > 0 {
		draw(v, r.of, r.to, excess)
	}
}

func (r *ceiling) sweeper() (sweeper, *choice) {
	if len(r.adjust) > 0 || len(r.of) != 1 || !r.used.plain() {
		return nil, nil
	}
	return r, &r.limits.choice
}

// sweep is Apply for one pocket and a limit that nothing adjusts. The excess is no more than the pocket holds, as what is left of
// the limit is not below zero, so that the pocket gives all of it and does not fall below zero.
//
// As long as all that counts so far is within the limits, nothing is above them: a first loop, which writes nothing, finds the visits
// where it is not, and only the periods of these are gone through.
func (r *ceiling) sweep(s *sweep, rows []int32) {
	amounts, above := s.column(r.of[0])[:len(rows)], s.column(r.to)
	keep, limits := s.keep(r.used.per)[:len(rows)], r.limits.rows
	found := s.list(len(rows))
	var used money.Fen
	for i, row := range rows {
		counts := ^money.Fen(row >> 31) // all ones where a row serves the visit
		used = used&keep[i] + amounts[i]&counts
		if used > limits[row&int32(counts)] {
			found = append(found, int32(i))
		}
	}
	done := 0
	for _, i := range found {
		if int(i) < done {
			continue
		}
		from := int(i)
		for from > done && keep[from] != 0 {
			from--
		}
		for done = int(i) + 1; done < len(rows) && keep[done] != 0; {
			done++
		}
		r.limit(rows[from:done], limits, amounts[from:done], above[from:done])
	}
}

// limit goes through the visits of one period.
func (r *ceiling) limit(rows []int32, limits, amounts, above []money.Fen) {
	var used money.Fen
	for i, row := range rows {
		if row < 0 {
			continue
		}
		now := amounts[i]
		excess := max(now-max(limits[row]-used, 0), 0)
		used += now - excess
		amounts[i] = now - excess
		above[i] += excess
	}
}
