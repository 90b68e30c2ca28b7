package settle

import (
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// Outcome is a settled year. All amounts are in fen; all lists are in a fixed order, and every record has an id that is
// stable between runs and scenarios.
type Outcome struct {
	Year       int
	Funds      []FundResult     // by budget in the pack's order, scheme, and alliance or hospital
	Pools      []PoolResult     // by pool in the pack's order and scheme
	Lines      []Line           // by fund and hospital; only those that hold something
	Hospitals  []HospitalResult // by hospital and scheme; only those that have claims or are paid
	Alliances  []AllianceResult // by fund and alliance
	Subsidies  []Subsidy
	Indicators []Indicator
	Warnings   []Warning
	Advanced   bool // whether the pack pays monthly advances; the months of the hospitals are zero otherwise
}

// BilingualText is a sentence in Chinese and in English.
type BilingualText struct{ Zh, En string }

// FundResult is one fund at the end of the year. With the fund's part of an overrun as money that comes in,
// Paid + Carried + Reserve + CarvedOut = Budget + FundShare.
type FundResult struct {
	ID       string // budget/scheme, or budget/scheme/alliance or hospital
	BudgetID string // in the pack
	TitleZh  string
	TitleEn  string
	Level    Level
	Scheme   string // "" for all schemes together
	Alliance string // of level alliance; "" there for the people of no alliance and care outside the envelope
	Hospital string // of level hospital
	// Unlimited tells that nothing limits the fund: its budget is what it pays.
	Unlimited bool

	Lines       []BudgetLine // from the opening to the net budget
	Opening     money.Fen
	Budget      money.Fen // opening and adjustments
	CarvedOut   money.Fen
	ReserveHeld money.Fen
	Released    money.Fen // of the reserve, into this year's payments
	Reserve     money.Fen // what stays held
	Net         money.Fen // budget less carve-outs and the reserve held

	Claims  int64
	Gross   money.Fen
	Booked  money.Fen // the fund's part as adjudicated
	Charged money.Fen // what hospitals are due before retention and sharing
	Plain   money.Fen // of Charged: what needed no point value
	Balance money.Fen // Net + Released − Charged: surplus, or overrun when negative

	ShareText BilingualText // the arithmetic of retention or sharing
	Retained  money.Fen     // of a surplus, to hospitals or the alliance, before anything is withheld
	Shared    money.Fen     // of an overrun, borne by hospitals or the alliance
	Withheld  money.Fen     // of Retained, for low assessment scores; goes back to the fund
	Deducted  money.Fen     // recovered from hospitals
	Forfeited money.Fen     // deposits not released
	Residual  money.Fen     // of rounded, fixed or limited point values: what the pools' money exceeds their payments by
	Paid      money.Fen     // to hospitals in all, with retention, sharing and what was taken back
	Carried   money.Fen     // left with the fund; never negative
	FundShare money.Fen     // added by the fund beyond its budget; never negative

	scheme int       // -1 for all schemes together
	shares money.Fen // what hospitals keep (positive) or bear (negative) of the balance by the bands
	budget int       // position in the pack
	where  int       // position of the alliance (the number of alliances for none) or of the hospital
	origin origin
}

// PoolResult is one pool at the end of the year.
type PoolResult struct {
	ID       string // pool/scheme
	Pool     string
	Budget   string
	Scheme   string
	TitleZh  string
	TitleEn  string
	Basis    Basis
	Claims   int64
	Gross    money.Fen        // C
	Booked   money.Fen        // F
	Points   money.Points     // P, after growth control
	Due      money.Fen        // what its funds are charged for it, before retention and sharing
	Money    money.Fen        // B*
	Value    money.PointValue // exact: the money, and on total cost what others paid, over the points
	Applied  money.PointValue // fixed, limited or rounded as the pack has it; else the same as Value
	Paid     money.Fen
	Residual money.Fen // Money − Paid
	// NoPoints tells that no points were earned, so that hospitals are paid as booked.
	NoPoints bool
	Growth   []GrowthResult // of growth control, where it was at work

	pool int  // position in the pack
	in   sums // by hospital, points after growth control
	pays []money.Fen
	// base are the payments before retention and sharing, at the value baseValue; nil where they are the payments.
	base      []money.Fen
	baseValue money.PointValue
}

// Line is what one hospital gets from one fund:
// Paid = Base + Retained − Shared − Withheld − Deducted − Forfeited.
type Line struct {
	ID       string // fund/hospital
	Fund     int    // position in Outcome.Funds
	Hospital int    // number in the region
	Claims   int64
	Gross    money.Fen
	Booked   money.Fen
	Points   money.Points // as earned, before growth control
	// Base is the payment before retention and sharing: by points, direct, as booked and by capitation together.
	Base      money.Fen
	Retained  money.Fen
	Shared    money.Fen
	Withheld  money.Fen
	Deducted  money.Fen
	Forfeited money.Fen
	Paid      money.Fen
}

func (l *Line) empty() bool {
	return l.Claims == 0 && l.Gross == 0 && l.Booked == 0 && l.Points == 0 && l.Base == 0 && l.Retained == 0 &&
		l.Shared == 0 && l.Withheld == 0 && l.Deducted == 0 && l.Forfeited == 0
}

// add adds another line's sums.
func (l *Line) add(o *Line) {
	l.Claims += o.Claims
	l.Gross += o.Gross
	l.Booked += o.Booked
	l.Points += o.Points
	l.Base += o.Base
	l.Retained += o.Retained
	l.Shared += o.Shared
	l.Withheld += o.Withheld
	l.Deducted += o.Deducted
	l.Forfeited += o.Forfeited
	l.Paid += o.Paid
}

// HospitalResult is one hospital's year under one scheme: the sums of its lines, and how the money came month by month:
// Prepayment + the sum of Months + DepositReleased + Clearing = Paid.
type HospitalResult struct {
	ID       string // hospital/scheme
	Hospital string
	At       int    // number in the region
	Scheme   string // "" for funds of all schemes together
	Line            // sums; Fund is -1
	Balance  money.Fen

	Prepayment      money.Fen
	Months          [Months]money.Fen // advances paid, after the deposit is held back
	Deposits        [Months]money.Fen // held back
	DepositReleased money.Fen
	Clearing        money.Fen // paid at the year end; negative when the hospital pays back

	scheme int
	booked [Months]money.Fen // what the advances are a part of
	parts  []advancePart     // the same by stream
}

// AllianceResult is one alliance's envelope under one scheme: where its people were treated, and what is kept or borne.
type AllianceResult struct {
	ID       string // the fund's
	Fund     int    // position in Outcome.Funds
	Alliance string
	Scheme   string
	Lead     string // the leading hospital; "" when the alliance has no hospital
	Persons  int64
	// By place of treatment, in the order of PlaceNames: claims and charges of the people that the alliance answers for.
	Claims  [NumScopes]int64
	Charged [NumScopes]money.Fen
	// Inflow is what its hospitals are paid for other people; it is not charged to the envelope.
	Inflow  money.Fen
	Members []MemberShare // of what is kept (positive) or borne (negative), or of the whole pot, by declared rule
}

// MemberShare is a member hospital's part in its alliance's result.
type MemberShare struct {
	Hospital string
	At       int // number in the region
	Amount   money.Fen
}

// Subsidy is one line of the ledger of fiscal subsidies, which is apart from insurance money.
type Subsidy struct {
	ID       string // ledger/hospital/service
	Ledger   string
	TitleZh  string
	TitleEn  string
	Hospital string
	Service  string
	Amount   money.Fen
	Zh, En   string // the arithmetic
	Sources  []policy.Source
}

// Warning is something that a reader of the outcome must know.
type Warning struct {
	ID     string // fund, pool or hospital
	Zh, En string
}

// Fund returns a fund by id.
func (o *Outcome) Fund(id string) (*FundResult, bool) {
	for i := range o.Funds {
		if o.Funds[i].ID == id {
			return &o.Funds[i], true
		}
	}
	return nil, false
}

// Pool returns a pool by id.
func (o *Outcome) Pool(id string) (*PoolResult, bool) {
	for i := range o.Pools {
		if o.Pools[i].ID == id {
			return &o.Pools[i], true
		}
	}
	return nil, false
}
