package settle

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// sharing tells what becomes of what a fund has left (结余留用) or has overrun (超支分担).
type sharing struct {
	keep, bear ladder
	scores     []scoreBand
	conditions []condition
}

// ladder gives the hospitals' part of an amount by bands of its size against the fund's net budget.
type ladder struct {
	bands []band
	whole bool // the band in which the amount ends decides for all of it, instead of each band for its own part
	cap   perScheme[money.Ratio]
	above money.Ratio // the hospitals' part above the last band that has an end
}

type band struct {
	upTo money.Ratio // share of the net budget; endless for no end
	part perScheme[money.Ratio]
}

const endless = money.Ratio(1<<63 - 1)

// scoreBand multiplies what a hospital or alliance may keep, by its assessment score (考核得分).
type scoreBand struct {
	score  int32 // the least score of the band, in hundredths of a point
	factor money.Ratio
}

// condition must hold in the region for a surplus to be kept.
type condition struct {
	indicator string
	min, max  money.Ratio // -1: none
}

func (c *compiler) decodeSharing(d *policy.Decoder, joint bool) *sharing {
	sh := &sharing{}
	if s := d.Sub("surplus"); s != nil {
		sh.keep = c.decodeLadder(s, "keep", joint, 0)
		sh.scores = decodeScores(s)
		s.Each("conditions", func(_ int, it *policy.Decoder) {
			con := condition{indicator: indicatorIDs[it.Word("indicator", indicatorIDs)], min: -1, max: -1}
			if it.Has("min") {
				con.min = it.Ratio("min")
			}
			if it.Has("max") {
				con.max = it.Ratio("max")
			}
			if con.min < 0 && con.max < 0 {
				it.Fail("min", "min or max is needed")
			}
			sh.conditions = append(sh.conditions, con)
		})
		s.Close()
	} else {
		d.Fail("surplus", "is missing; {keep: 0} keeps nothing")
	}
	if o := d.Sub("overrun"); o != nil {
		sh.bear = c.decodeLadder(o, "bear", joint, money.One)
		o.Close()
	} else {
		d.Fail("overrun", "is missing; {bear: 0} bears nothing")
	}
	return sh
}

func (c *compiler) decodeLadder(d *policy.Decoder, key string, joint bool, above money.Ratio) ladder {
	l := ladder{above: above, whole: d.WordOr("reading", []string{"marginal", "whole"}, 0) == 1}
	l.cap = perScheme[money.Ratio]{all: endless}
	if d.Has("cap") {
		l.cap = byScheme(c, d, "cap", (*policy.Decoder).Share)
	}
	needSame(d, "cap", joint, l.cap)
	part := func(it *policy.Decoder) perScheme[money.Ratio] {
		p := byScheme(c, it, key, (*policy.Decoder).Share)
		needSame(it, key, joint, p)
		return p
	}
	if d.Has("bands") == d.Has(key) {
		d.Fail(key, "either %s or bands is needed, and not both", key)
		return l
	}
	if d.Has(key) {
		l.bands = []band{{upTo: endless, part: part(d)}}
		return l
	}
	last := money.Ratio(0)
	d.Each("bands", func(_ int, it *policy.Decoder) {
		b := band{upTo: endless, part: part(it)}
		if it.Has("up_to") {
			b.upTo = it.Ratio("up_to")
		}
		if b.upTo <= last {
			it.Fail("up_to", "bands must rise, and only the last may have no end")
		}
		last = b.upTo
		l.bands = append(l.bands, b)
	})
	return l
}

// decodeScores reads bands of assessment scores, from the best down; nil when there are none.
func decodeScores(d *policy.Decoder) []scoreBand {
	var list []scoreBand
	d.Each("scores", func(_ int, it *policy.Decoder) {
		b := scoreBand{factor: it.Share("factor")}
		if it.Has("score") {
			b.score = int32(it.Fen("score")) // two decimals, like an amount
		}
		if b.score < 0 || b.score > 10_000 || len(list) > 0 && b.score >= list[len(list)-1].score {
			it.Fail("score", "scores must fall from 100 to 0")
		}
		list = append(list, b)
	})
	return list
}

// factorOf returns the factor for a score: one where there are no bands or the hospital has no score, zero below the last.
func factorOf(bands []scoreBand, score int32) money.Ratio {
	if len(bands) == 0 || score < 0 {
		return money.One
	}
	for _, b := range bands {
		if score >= b.score {
			return b.factor
		}
	}
	return 0
}

// part returns the hospitals' part of an amount against a fund's net budget, rounded band by band, and its arithmetic.
func (l *ladder) part(amount, net money.Fen, scheme int, round money.Rounding) (money.Fen, string, error) {
	var out, low money.Fen
	text := ""
	for i := 0; low < amount; i++ {
		high, part := amount, l.above
		if i < len(l.bands) {
			b := &l.bands[i]
			part = b.part.of(scheme)
			if b.upTo != endless {
				end, err := max(net, 0).Times(b.upTo, round)
				if err != nil {
					return 0, "", err
				}
				if high = min(amount, end); l.whole && high < amount {
					continue
				}
			}
		}
		if l.whole {
			low = 0
		}
		f, err := max(high-low, 0).Times(part, round)
		if err != nil {
			return 0, "", err
		}
		if high > low {
			if text != "" {
				text += " + "
			}
			text += (high - low).Grouped() + " × " + part.Percent()
		}
		out += f
		low = max(low, high)
	}
	if share := l.cap.of(scheme); share != endless {
		top, err := max(net, 0).Times(share, round)
		if err != nil {
			return 0, "", err
		}
		if out > top {
			text = fmt.Sprintf("min(%s, %s × %s)", text, net.Grouped(), share.Percent())
			out = top
		}
	}
	return out, text, nil
}

// share returns what the hospitals keep (positive) or bear (negative) of a fund's balance, with its arithmetic.
func (w *work) share(sh *sharing, f *FundResult) (money.Fen, error) {
	if sh == nil {
		return 0, nil
	}
	available := f.Net + f.Released
	balance := available - f.Charged
	if balance >= 0 {
		if id, ok := w.unmet(sh); !ok {
			f.ShareText = BilingualText{fmt.Sprintf("结余 %s；%s 未达标，不予留用", balance.Grouped(), id), fmt.Sprintf("surplus %s; %s is not met, so nothing is kept", balance.Grouped(), id)}
			return 0, nil
		}
		keep, text, err := sh.keep.part(balance, f.Net, f.scheme, w.s.round)
		f.ShareText = BilingualText{fmt.Sprintf("结余 %s − %s = %s；留用 %s = %s", available.Grouped(), f.Charged.Grouped(), balance.Grouped(), orZero(text), keep.Grouped()),
			fmt.Sprintf("surplus %s − %s = %s; kept %s = %s", available.Grouped(), f.Charged.Grouped(), balance.Grouped(), orZero(text), keep.Grouped())}
		return keep, err
	}
	bear, text, err := sh.bear.part(-balance, f.Net, f.scheme, w.s.round)
	f.ShareText = BilingualText{fmt.Sprintf("超支 %s − %s = %s；分担 %s = %s", f.Charged.Grouped(), available.Grouped(), (-balance).Grouped(), orZero(text), bear.Grouped()),
		fmt.Sprintf("overrun %s − %s = %s; borne %s = %s", f.Charged.Grouped(), available.Grouped(), (-balance).Grouped(), orZero(text), bear.Grouped())}
	return -bear, err
}

func orZero(text string) string {
	if text == "" {
		return "0"
	}
	return text
}
