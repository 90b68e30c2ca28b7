package reconcile

import (
	"cmp"
	"strings"

	"github.com/drgsim/drgsim/engine/money"
)

// Class is a kind of difference (差异类别).
type Class uint8

// The classes.
const (
	OnlyOurs      Class = iota // the bureau has it, the others have not
	OnlyTheirs                 // the others have it, the bureau has not
	AmountDiffers              // both have it, with another amount
	StatusDiffers              // refunded on one side only
	WrongMonth                 // the sides place it in different months, or a month's list holds it that is not its own
	Duplicate                  // one side has it more often than the other
	WrongScheme                // another scheme, class or hospital
	Reuploaded                 // taken back and uploaded again: one row meets several, or another id
	WrongPerson                // one id, but another person and visit
	OneReupload                // both sides took a visit back, one uploaded it again
	NumClasses
)

// ClassNames are the words for the classes.
var ClassNames = [NumClasses]string{"only_ours", "only_theirs", "amount", "status", "month", "duplicate", "scheme", "reuploaded", "identity", "reuploaded_once"}

// String gives the word for the class.
func (c Class) String() string { return ClassNames[c] }

// Resolution is what to do about a difference.
type Resolution string

// The resolutions.
const (
	Reverse  Resolution = "reverse"   // 冲正: the side that has too much takes a row back
	Reupload Resolution = "re-upload" // 补传: the side that lacks a row, or has it wrong, uploads it
	Carry    Resolution = "carry"     // 结转: settled with the month it belongs to
	Adjust   Resolution = "adjust"    // 调整: an adjusting entry in the open month
	Link     Resolution = "link"      // nothing to pay: the rows are linked and kept
)

// Resolution returns what is to be done about a class.
func (c Class) Resolution() Resolution {
	switch c {
	case OnlyOurs, WrongScheme, WrongPerson, OneReupload:
		return Reupload
	case OnlyTheirs, StatusDiffers, Duplicate:
		return Reverse
	case WrongMonth:
		return Carry
	case Reuploaded:
		return Link
	}
	return Adjust
}

// Difference is one line of the result. A pair of rows that differ in several ways makes a line for each.
type Difference struct {
	Class  Class
	Ours   *Record // nil when the bureau has no such row
	Theirs *Record // nil when the other side has none
	Second *Record // of a side that took a visit back and uploaded it again: the row that takes it back
	// Field names what differs, with both values as text; Delta is theirs less ours where it is an amount.
	Field                 string
	OurValue, TheirsValue string
	Delta                 money.Fen
	// Witness tells what the platform's list says: "ours" or "theirs" when it agrees with that row, "neither" when it has
	// something else, "absent" when it has no such row, and "" when there is no such list.
	Witness string
}

// any returns a row of the difference.
func (d *Difference) any() *Record {
	if d.Ours != nil {
		return d.Ours
	}
	return d.Theirs
}

func (d *Difference) compare(o *Difference) int {
	return cmp.Or(cmp.Compare(d.Class, o.Class), d.any().compare(o.any()), cmp.Compare(d.any().Side, o.any().Side), strings.Compare(d.Field, o.Field))
}

// between lists how two rows that belong together differ. renamed tells that they met by a fallback key.
func between(o, t *Record, has Fields, renamed bool) []Difference {
	var out []Difference
	add := func(c Class, field, a, b string, delta money.Fen) {
		out = append(out, Difference{Class: c, Ours: o, Theirs: t, Field: field, OurValue: a, TheirsValue: b, Delta: delta})
	}
	if o.Refund != t.Refund {
		add(StatusDiffers, "refund", flagText(o.Refund), flagText(t.Refund), t.Amount[Gross]-o.Amount[Gross])
	} else {
		for i, name := range AmountNames {
			if has.Amount[i] && o.Amount[i] != t.Amount[i] {
				add(AmountDiffers, name, o.Amount[i].String(), t.Amount[i].String(), t.Amount[i]-o.Amount[i])
			}
		}
	}
	if o.Month() != t.Month() {
		add(WrongMonth, "month", o.Month().String(), t.Month().String(), 0)
	}
	if has.Scheme && o.Scheme != t.Scheme {
		add(WrongScheme, "scheme", o.Scheme, t.Scheme, 0)
	}
	if has.Class && !sameClass(o.Class, t.Class) {
		add(WrongScheme, "class", o.Class, t.Class, 0)
	}
	if has.Hospital && o.Hospital != t.Hospital {
		add(WrongScheme, "hospital", o.Hospital, t.Hospital, 0)
	}
	// A person whom the sides number differently is the same when the visit is.
	sameVisit := has.Visit && o.Visit != "" && o.Visit == t.Visit
	if has.Person && o.Person != "" && t.Person != "" && o.Person != t.Person && !sameVisit {
		add(WrongPerson, FieldPerson, o.Person, t.Person, 0)
	}
	if renamed {
		add(Reuploaded, "id", o.ID, t.ID, 0)
	}
	return out
}

// FieldPerson is the field of a difference whose values are persons.
const FieldPerson = "person"

func flagText(refund bool) string {
	if refund {
		return "refund"
	}
	return "normal"
}
