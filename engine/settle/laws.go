package settle

import (
	"fmt"

	"github.com/drgsim/drgsim/engine/money"
)

// BrokenLaw is a conservation law that an outcome does not keep: Left should equal Right at the place Of.
type BrokenLaw struct {
	Law         string // name of the law: budget, fund, pool, line, charge, hospital, month, alliance, scheme, region, sharing, subsidy
	Of          string // id of the first offender
	What        string // the law in words
	Left, Right money.Fen
}

// Error names the law, the first offender and both sides.
func (b *BrokenLaw) Error() string {
	return fmt.Sprintf("conservation law %q is broken at %s: %s: %s is not %s", b.Law, b.Of, b.What, b.Left, b.Right)
}

// A law returns its first breach, or nil.
type law func(o *Outcome) *BrokenLaw

// laws are all conservation laws, from the smallest scale to the largest.
var laws = []law{lawOfLines, lawOfBudgets, lawOfFunds, lawOfSharing, lawOfPools, lawOfCharges, lawOfMonths, lawOfHospitals, lawOfAlliances, lawOfSchemes, lawOfRegion}

// Check tests every conservation law on an outcome. The error is a *BrokenLaw with the law's name and the first offender.
func Check(o *Outcome) error {
	for _, l := range laws {
		if b := l(o); b != nil {
			return b
		}
	}
	return nil
}

// same returns a breach unless both sides are equal.
func same(law, of, what string, left, right money.Fen) *BrokenLaw {
	if left == right {
		return nil
	}
	return &BrokenLaw{law, of, what, left, right}
}

// first returns the first breach of several.
func first(bs ...*BrokenLaw) *BrokenLaw {
	for _, b := range bs {
		if b != nil {
			return b
		}
	}
	return nil
}

func lawOfLines(o *Outcome) *BrokenLaw {
	for i := range o.Lines {
		l := &o.Lines[i]
		b := same("line", l.ID, "base + retained − shared − withheld − deducted − forfeited = paid",
			l.Base+l.Retained-l.Shared-l.Withheld-l.Deducted-l.Forfeited, l.Paid)
		if b != nil {
			return b
		}
	}
	return nil
}

func lawOfBudgets(o *Outcome) *BrokenLaw {
	for i := range o.Funds {
		f := &o.Funds[i]
		if f.Unlimited {
			continue
		}
		var budget, out money.Fen
		for _, l := range f.Lines {
			switch l.Kind {
			case OpeningLine, AdjustmentLine:
				budget += l.Amount
			default:
				out += l.Amount
			}
		}
		b := first(same("budget", f.ID, "opening + adjustments = budget", budget, f.Budget),
			same("budget", f.ID, "net + carve-outs + reserve held = budget", f.Net+out, f.Budget),
			same("budget", f.ID, "carved out + reserve held = the lines that go off", f.CarvedOut+f.ReserveHeld, out),
			same("budget", f.ID, "reserve + released = reserve held", f.Reserve+f.Released, f.ReserveHeld))
		if b != nil {
			return b
		}
	}
	return nil
}

func lawOfFunds(o *Outcome) *BrokenLaw {
	paid, retained, shared := make([]money.Fen, len(o.Funds)), make([]money.Fen, len(o.Funds)), make([]money.Fen, len(o.Funds))
	for _, l := range o.Lines {
		paid[l.Fund] += l.Paid
		retained[l.Fund] += l.Retained
		shared[l.Fund] += l.Shared
	}
	for i := range o.Funds {
		f := &o.Funds[i]
		b := first(same("fund", f.ID, "paid by hospital = paid", paid[i], f.Paid),
			same("fund", f.ID, "retained by hospital = retained", retained[i], f.Retained),
			same("fund", f.ID, "shared by hospital = shared", shared[i], f.Shared),
			same("fund", f.ID, "paid + carried + reserve + carved out = budget + fund's share", f.Paid+f.Carried+f.Reserve+f.CarvedOut, f.Budget+f.FundShare))
		if b != nil {
			return b
		}
	}
	return nil
}

// lawOfSharing holds what may be kept to the surplus and what must be borne to the overrun.
func lawOfSharing(o *Outcome) *BrokenLaw {
	for i := range o.Funds {
		f := &o.Funds[i]
		b := same("sharing", f.ID, "net + released − charged = balance", f.Net+f.Released-f.Charged, f.Balance)
		switch {
		case b != nil:
			return b
		case f.shares > max(f.Balance, 0):
			return &BrokenLaw{"sharing", f.ID, "kept is not above the surplus", f.shares, max(f.Balance, 0)}
		case f.shares < min(f.Balance, 0):
			return &BrokenLaw{"sharing", f.ID, "borne is not above the overrun", f.shares, min(f.Balance, 0)}
		case f.Carried < 0 || f.FundShare < 0 || f.Carried != 0 && f.FundShare != 0:
			return &BrokenLaw{"sharing", f.ID, "a fund either carries over or adds", f.Carried, f.FundShare}
		}
	}
	return nil
}

func lawOfPools(o *Outcome) *BrokenLaw {
	for i := range o.Pools {
		p := &o.Pools[i]
		var paid money.Fen
		for _, f := range p.pays {
			paid += f
		}
		b := first(same("pool", p.ID, "payments by hospital = paid", paid, p.Paid),
			same("pool", p.ID, "paid + residual = money", p.Paid+p.Residual, p.Money))
		if b == nil && p.Value == p.Applied && p.Residual != 0 {
			b = same("pool", p.ID, "an unrounded point value leaves no residual", p.Residual, 0)
		}
		if b != nil {
			return b
		}
	}
	return nil
}

// lawOfCharges holds what funds are charged for pools to what the pools are due: no stay is charged twice or to nobody.
func lawOfCharges(o *Outcome) *BrokenLaw {
	type key struct{ budget, scheme string }
	charged := make(map[key]money.Fen)
	for i := range o.Funds {
		f := &o.Funds[i]
		charged[key{f.BudgetID, f.Scheme}] += f.Charged - f.Plain
	}
	for i := range o.Pools {
		charged[key{o.Pools[i].Budget, o.Pools[i].Scheme}] -= o.Pools[i].Due
	}
	for i := range o.Funds {
		f := &o.Funds[i]
		if b := same("charge", fundID(f.BudgetID, orAll(f.Scheme)), "charged by funds − due to pools = nothing", charged[key{f.BudgetID, f.Scheme}], 0); b != nil {
			return b
		}
	}
	return nil
}

func lawOfMonths(o *Outcome) *BrokenLaw {
	for i := range o.Hospitals {
		h := &o.Hospitals[i]
		months, deposits := money.Fen(0), money.Fen(0)
		for m := range Months {
			months += h.Months[m]
			deposits += h.Deposits[m]
		}
		b := first(same("month", h.ID, "prepayment + months + deposit released + clearing = paid", h.Prepayment+months+h.DepositReleased+h.Clearing, h.Paid),
			same("month", h.ID, "deposit released + forfeited = deposits held", h.DepositReleased+h.Forfeited, deposits))
		if b != nil {
			return b
		}
	}
	return nil
}

func lawOfHospitals(o *Outcome) *BrokenLaw {
	type key struct {
		hospital int
		scheme   string
	}
	sums := make(map[key]*Line)
	for i := range o.Lines {
		l := &o.Lines[i]
		k := key{l.Hospital, o.Funds[l.Fund].Scheme}
		if sums[k] == nil {
			sums[k] = &Line{}
		}
		sums[k].add(l)
	}
	for i := range o.Hospitals {
		h := &o.Hospitals[i]
		sum := sums[key{h.At, h.Scheme}]
		if sum == nil {
			sum = &Line{}
		}
		b := first(same("hospital", h.ID, "paid by its funds = paid", sum.Paid, h.Paid),
			same("hospital", h.ID, "booked by its funds = booked", sum.Booked, h.Booked),
			same("hospital", h.ID, "paid − booked = balance", h.Paid-h.Booked, h.Balance))
		if b != nil {
			return b
		}
		delete(sums, key{h.At, h.Scheme})
	}
	for i := range o.Lines {
		l := &o.Lines[i]
		if sum := sums[key{l.Hospital, o.Funds[l.Fund].Scheme}]; sum != nil {
			return &BrokenLaw{"hospital", l.ID, "every line has a hospital's result", sum.Paid, 0}
		}
	}
	return nil
}

func lawOfAlliances(o *Outcome) *BrokenLaw {
	for i := range o.Alliances {
		a := &o.Alliances[i]
		f := &o.Funds[a.Fund]
		var charged, members money.Fen
		for _, c := range a.Charged {
			charged += c
		}
		for _, m := range a.Members {
			members += m.Amount
		}
		b := first(same("alliance", a.ID, "charges by place = charged", charged, f.Charged),
			same("alliance", a.ID, "members' parts = retained − shared", members, f.Retained-f.Shared),
			same("alliance", a.ID, "members' parts = kept or borne by the bands", members, f.shares))
		if b != nil {
			return b
		}
	}
	return nil
}

func lawOfSchemes(o *Outcome) *BrokenLaw {
	var names []string
	funds, hospitals := make(map[string]money.Fen), make(map[string]money.Fen)
	for i := range o.Funds {
		f := &o.Funds[i]
		if _, seen := funds[f.Scheme]; !seen {
			names = append(names, f.Scheme)
		}
		funds[f.Scheme] += f.Budget + f.FundShare - f.Carried - f.Reserve - f.CarvedOut
	}
	for i := range o.Hospitals {
		hospitals[o.Hospitals[i].Scheme] += o.Hospitals[i].Paid
	}
	for _, n := range names {
		if b := same("scheme", orAll(n), "paid by hospital = budgets + funds' shares − carried − reserves − carved out", hospitals[n], funds[n]); b != nil {
			return b
		}
	}
	return nil
}

func lawOfRegion(o *Outcome) *BrokenLaw {
	var in, out money.Fen
	for i := range o.Funds {
		f := &o.Funds[i]
		in += f.Budget + f.FundShare
		out += f.Carried + f.Reserve + f.CarvedOut
	}
	for i := range o.Hospitals {
		out += o.Hospitals[i].Paid
	}
	return same("region", "the region", "paid + carried + reserves + carved out = budgets + funds' shares", out, in)
}
