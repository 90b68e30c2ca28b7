package settle

import "github.com/drgsim/drgsim/engine/money"

// origin is where the money of a fund's lines comes from. It is kept for explanations only.
type origin struct {
	bases []baseOf
	// plain is the part of what is kept or borne that streams without a pool share, in proportion to weights, by hospital.
	plain   money.Fen
	weights []money.Fen
}

// baseOf is what one stream or pool brings to the payments before retention and sharing, by the fund's lines.
type baseOf struct {
	zh, en  string
	amounts []money.Fen
}

// bases lists what the group's lines are due so far.
func (gw *groupWork) bases() []money.Fen {
	out := make([]money.Fen, len(gw.lines))
	for i := range gw.lines {
		out[i] = gw.lines[i].Base
	}
	return out
}

// noteBase notes what has come to the group's lines since bases were listed.
func (w *work) noteBase(gw *groupWork, before []money.Fen, zh, en string) {
	funds := gw.funds(w)
	n := len(gw.lines) / len(funds)
	for i := range funds {
		any := false
		amounts := make([]money.Fen, n)
		for k := range amounts {
			amounts[k] = gw.lines[i*n+k].Base - before[i*n+k]
			any = any || amounts[k] != 0
		}
		if any {
			funds[i].origin.bases = append(funds[i].origin.bases, baseOf{zh, en, amounts})
		}
	}
}

// own returns what a hospital has of it.
func (b *baseOf) own(f *FundResult, hospital int) money.Fen {
	if f.Level == OfHospital {
		return b.amounts[0]
	}
	return b.amounts[hospital]
}
