package benefit

import (
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// overLimit moves cost above a price limit out of what is insured (超限价): a limit per visit, or per day of the visit.
//
//	limits: [{tier: primary, amount: 300}, ...]
//	each: day                limit = amount × days; visit: one amount
//	up_to_day: 2             bands of days with limits of their own, as consecutive rows that select alike
//	to: non_covered          or over_ceiling, or disallowed where the hospital may not bill it
//
// Excess = open − limit; it rounds nothing. Worked: 7 days at 300.00 a day limit 2,500.00 to 2,100.00: 400.00 over.
// Exception: a claim that no row serves, and days beyond the last band, have no limit.
type overLimit struct {
	limits  bandTable[money.Fen]
	eachDay bool
	to      Pocket
}

var eachWords = []string{"visit", "day"}

func compileOverLimit(d *policy.Decoder, ctx *Context) Rule {
	r := &overLimit{eachDay: d.WordOr("each", eachWords, 0) == 1, to: readPocket(d, "to", NonCovered)}
	r.limits = readBands(d, ctx, "limits", true, func(row *policy.Decoder) money.Fen {
		needEachDay(row, r.eachDay)
		return row.Fen("amount")
	})
	return r
}

// needEachDay refuses bands of days where nothing is counted by the day.
func needEachDay(row *policy.Decoder, eachDay bool) {
	if !eachDay && row.Has("up_to_day") {
		row.Fail("up_to_day", "bands of days need each: day")
	}
}

func (r *overLimit) skips(chosen []int16) bool { return r.limits.never(chosen) }

// Apply moves the excess out of Open.
func (r *overLimit) Apply(v *Visit, _ *Year) {
	bands := r.limits.find(v)
	if bands == nil {
		return
	}
	open := v.Pockets[Open]
	limit := bands[0].val
	if r.eachDay {
		limit = r.daily(v, bands)
	}
	excess := max(open-limit, 0)
	if v.Tracing() && excess > 0 {
		v.Say("限价 %s，超出 %s", "limit %s: %s above it", limit, excess)
	}
	v.Move(Open, r.to, excess)
}

// daily returns the limit of all days of the visit.
func (r *overLimit) daily(v *Visit, bands []band[money.Fen]) money.Fen {
	var limit, before money.Fen
	days := money.Fen(v.Days())
	for i := range bands {
		part := min(days, bands[i].upTo) - before
		if part <= 0 {
			continue
		}
		limit += v.scale(part, bands[i].val, 1, money.HalfUp)
		before += part
		if v.Tracing() {
			v.Say("%s × %d 天", "%s × %d days", bands[i].val, int64(part))
		}
	}
	if before < days {
		return noLimit
	}
	return limit
}
