package settle

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/money"
)

// Entry is one named amount of a published account.
type Entry struct {
	Name   string
	Amount money.Fen
}

// Account is a fund's published yearly account: what was there, came in and went out, and the balances and totals as printed.
type Account struct {
	Name     string
	Opening  money.Fen
	Income   []Entry
	Spending []Entry
	Closing  money.Fen
	// PrintedIncome and PrintedSpending are the totals as printed; zero means that none is printed.
	PrintedIncome, PrintedSpending money.Fen
}

// Gap is where a published account does not close: Printed less Computed is the difference.
type Gap struct {
	Account           string
	Figure            string // income, spending or closing
	Printed, Computed money.Fen
}

// Difference is what is printed less what the account's own figures come to.
func (g Gap) Difference() money.Fen { return g.Printed - g.Computed }

// String tells the gap in one sentence.
func (g Gap) String() string {
	return fmt.Sprintf("%s: %s is printed as %s but comes to %s: a difference of %s", g.Account, g.Figure, g.Printed.Grouped(), g.Computed.Grouped(), g.Difference().Grouped())
}

// CheckAccount re-adds a published account. It returns its gaps in the order income, spending, closing; none when it closes.
// A gap is a finding about the data and never an error; an error is an overflow. The closing balance is worked out from the
// printed totals where they are given, so that one slip is told once.
func CheckAccount(a Account) ([]Gap, error) {
	sum := func(list []Entry) (money.Fen, error) {
		amounts := make([]money.Fen, len(list))
		for i, e := range list {
			amounts[i] = e.Amount
		}
		return money.Sum(amounts...)
	}
	var gaps []Gap
	total := func(figure string, list []Entry, printed money.Fen) (money.Fen, error) {
		computed, err := sum(list)
		if err != nil {
			return 0, fmt.Errorf("account %s: %s: %w", a.Name, figure, err)
		}
		if printed == 0 {
			return computed, nil
		}
		if computed != printed && len(list) > 0 {
			gaps = append(gaps, Gap{a.Name, figure, printed, computed})
		}
		return printed, nil
	}
	income, err := total("income", a.Income, a.PrintedIncome)
	if err != nil {
		return nil, err
	}
	spending, err := total("spending", a.Spending, a.PrintedSpending)
	if err != nil {
		return nil, err
	}
	closing, err := money.Sum(a.Opening, income, -spending)
	if err != nil {
		return nil, fmt.Errorf("account %s: closing: %w", a.Name, err)
	}
	if closing != a.Closing {
		gaps = append(gaps, Gap{a.Name, "closing", a.Closing, closing})
	}
	return gaps, nil
}
