package invent

import (
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

// A Fault is what was spoilt in a claim on purpose. Zero is a sound claim.
type Fault uint8

// The faults. Each spoilt claim has one only. Cells that break the form of the table, such as an absent required one, are
// not among them: no writer of claims lets them pass.
const (
	Sound Fault = iota
	// DuplicateEqual is a second claim with the id and the content of another.
	DuplicateEqual
	// DuplicateDifferent is a second claim with the id of another and a different amount.
	DuplicateDifferent
	// DischargeBeforeAdmission is a stay that ends before it begins.
	DischargeBeforeAdmission
	// SettlementBeforeAdmission is a visit that was settled before it began.
	SettlementBeforeAdmission
	// Negative is a normal claim with a negative gross and no parts.
	Negative
	// Zero is a claim without any amount.
	Zero
	// ReversalWithoutOriginal takes back a claim that does not exist.
	ReversalWithoutOriginal
	// ReversalNotMirrored takes back a claim with another amount than the claim has.
	ReversalNotMirrored
	// UnknownHospital names a hospital that the region does not have.
	UnknownHospital
	// UnknownGroup names a group that the table does not have.
	UnknownGroup
	// PartsAboveGross has a non-covered part above the gross.
	PartsAboveGross
	// AIAboveGross has AI-assisted diagnosis items above the gross.
	AIAboveGross
	// Overlap is a stay during another stay of the same person.
	Overlap
	// ImplausibleAge is an age above 150.
	ImplausibleAge
	numFaults
)

var faultNames = [numFaults]string{"", "duplicate_equal", "duplicate_different", "discharge_before_admission",
	"settlement_before_admission", "negative", "zero", "reversal_without_original", "reversal_not_mirrored",
	"unknown_hospital", "unknown_group", "parts_above_gross", "ai_above_gross", "overlap", "implausible_age"}

// String gives the word used in dirty.csv.
func (f Fault) String() string { return faultNames[f] }

// FaultNames lists the words of all faults.
func FaultNames() []string { return faultNames[1:] }

// spoil spoils a share of the sound visits that no other refers to. It draws from the person's own stream after all else,
// so that the sound claims are the same with any share.
func (w *drawer) spoil(share float64) {
	n := len(w.visits)
	for i := range n {
		v := &w.visits[i]
		if v.status == claims.Reversal || v.again || w.reversed(v.seq) || !w.chance(share) {
			continue
		}
		f := Fault(1 + w.IntN(int(numFaults)-1))
		stay := v.setting == claims.Inpatient || v.setting == claims.BedDay
		// Faults that this visit cannot have become others.
		switch {
		case f == UnknownGroup && !stay:
			f = UnknownHospital
		case f == Overlap && (!stay || v.discharge-v.admission < 3):
			f = Zero
		}
		if len(w.visits) >= noSeq-1 {
			return
		}
		w.apply(f, i)
	}
}

func (w *drawer) reversed(seq int16) bool {
	for i := range w.visits {
		if w.visits[i].reverses == seq {
			return true
		}
	}
	return false
}

// apply spoils visit i, or adds a spoilt one beside it.
func (w *drawer) apply(f Fault, i int) {
	v := &w.visits[i]
	switch f {
	case DuplicateEqual, DuplicateDifferent, ReversalWithoutOriginal, ReversalNotMirrored, Overlap:
		w.visits = append(w.visits, w.beside(f, *v))
		return
	case DischargeBeforeAdmission:
		v.discharge = v.admission - claims.Date(w.between(1, 5))
	case SettlementBeforeAdmission:
		v.settlement = v.admission - claims.Date(w.between(1, 10))
	case Negative:
		gross := v.gross
		v.blank()
		v.gross = -gross
	case Zero:
		v.blank()
	case UnknownHospital:
		v.hospital = w.m.strangeHospital
	case UnknownGroup:
		v.group = w.m.strangeGroup
	case PartsAboveGross:
		v.nonCovered = v.gross + money.Fen(w.between(1, 100_000))
	case AIAboveGross:
		v.ai = v.gross + money.Fen(w.between(1, 100_000))
	case ImplausibleAge:
		v.age = int16(w.between(151, 250))
	}
	v.bad = f
}

// beside returns a spoilt claim made of a sound one.
func (w *drawer) beside(f Fault, v visit) visit {
	next := int16(len(w.visits) + 1)
	other := money.Fen(w.between(1, 100_000))
	switch f {
	case DuplicateDifferent:
		v.gross += other
	case ReversalWithoutOriginal:
		v = v.reversal(v.settlement)
		v.seq, v.reverses = next, noSeq
	case ReversalNotMirrored:
		v.reverses = v.seq
		v = v.reversal(v.settlement)
		v.seq = next
		v.gross -= other
	case Overlap:
		v.seq = next
		v.admission++
	}
	v.bad = f
	return v
}

// blank takes all amounts out.
func (v *visit) blank() {
	v.gross, v.nonCovered, v.categoryB, v.ai, v.firstPay, v.fund = 0, 0, 0, 0, 0, 0
}

// dirtyExtra is the share of faults that add a row.
const dirtyExtra = 5.0 / float64(numFaults-1)
