package compare

import (
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/report"
)

// Show prints a figure's value in one word, for messages.
func Show(v int64, k report.Kind) string {
	switch k {
	case report.KindFen, report.KindFenDelta:
		return money.Fen(v).Grouped()
	case report.KindRatio, report.KindRatioDelta:
		return money.Ratio(v).Percent()
	case report.KindPoints, report.KindPointsDelta, report.KindFactor, report.KindFactorDelta:
		return money.Points(v).String()
	}
	return money.FormatDecimal(v, 0)
}
