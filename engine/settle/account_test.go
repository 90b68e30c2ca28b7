package settle_test

import (
	"testing"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/settle"
)

func entries(t *testing.T, amounts ...string) []settle.Entry {
	var out []settle.Entry
	for _, a := range amounts {
		out = append(out, settle.Entry{Amount: fen(t, a)})
	}
	return out
}

// The figures are those published for Tacheng for 2024, in 10,000 yuan.
func TestPublishedAccountThatDoesNotClose(t *testing.T) {
	accounts := []struct {
		a    settle.Account
		want string // the difference; "" when it closes
	}{
		{settle.Account{Name: "employee", Opening: fen(t, "1079.96"), Income: entries(t, "13857.11", "19.02", "126.18", "22.87", "7747.23"),
			Spending: entries(t, "7512.06", "24.78", "279.19", "14069.50"), PrintedIncome: fen(t, "21772.41"), PrintedSpending: fen(t, "21885.53"), Closing: fen(t, "996.84")}, "30.00"},
		{settle.Account{Name: "resident", Opening: fen(t, "354.15"), PrintedIncome: fen(t, "8689.16"), PrintedSpending: fen(t, "8915.30"), Closing: fen(t, "128.01")}, ""},
		{settle.Account{Name: "assistance", Opening: fen(t, "56.13"), PrintedIncome: fen(t, "375.28"), PrintedSpending: fen(t, "429.00"), Closing: fen(t, "2.41")}, ""},
	}
	for _, c := range accounts {
		gaps, err := settle.CheckAccount(c.a)
		if err != nil {
			t.Fatal(err)
		}
		if c.want == "" {
			if len(gaps) != 0 {
				t.Errorf("%s: %v", c.a.Name, gaps)
			}
			continue
		}
		if len(gaps) != 1 || gaps[0].Figure != "closing" || gaps[0].Difference() != fen(t, c.want) {
			t.Errorf("%s: %v, want one gap of %s", c.a.Name, gaps, c.want)
			continue
		}
		const says = "employee: closing is printed as 996.84 but comes to 966.84: a difference of 30.00"
		if gaps[0].String() != says {
			t.Errorf("says %q, want %q", gaps[0], says)
		}
	}
	if _, err := settle.CheckAccount(settle.Account{Opening: 1<<63 - 1, Income: []settle.Entry{{Amount: money.Fen(1)}}}); err == nil {
		t.Error("an overflow is no error")
	}
}

func TestPublishedTotalsThatDoNotAdd(t *testing.T) {
	gaps, err := settle.CheckAccount(settle.Account{Name: "x", Income: entries(t, "1", "2"), PrintedIncome: fen(t, "4"), Spending: entries(t, "1"), Closing: fen(t, "3")})
	if err != nil || len(gaps) != 1 || gaps[0].Figure != "income" || gaps[0].Difference() != 100 {
		t.Errorf("%v %v", gaps, err)
	}
}
