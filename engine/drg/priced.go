package drg

import (
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

// Stay is what pricing needs to know of one adjudicated claim.
type Stay struct {
	*claims.Claim
	// Amounts after adjudication, in fen.
	Fund, NonCovered, FirstPay, Deductible money.Fen
}

// Priced is what one stay is worth.
type Priced struct {
	// Class is the position of the case class in the pricer's Classes.
	Class uint8
	// Points are the stay's points, or its weight or score under those methods; zero where the price is direct.
	Points money.Points
	// Standard is the payment standard (支付标准) of the stay where the method has one before the point value is known;
	// otherwise zero.
	Standard money.Fen
	// Direct is what the fund owes for the stay where that needs no point value (rate methods with a fixed rate, per diem,
	// fee for service); zero under points.
	Direct money.Fen
	// Excluded tells that the stay is outside the pool by rule (special review paid apart, fee for service): it has no points.
	Excluded bool
	// Readmitted tells that the stay was cut because the person came back too soon.
	Readmitted bool
}

// Class is one class of cases (病例类型), as reports show it.
type Class struct {
	ID, TitleZh, TitleEn string
}

// Title returns the class's title in a language, zh or en.
func (c Class) Title(lang string) string {
	if lang == "zh" {
		return c.TitleZh
	}
	return c.TitleEn
}
