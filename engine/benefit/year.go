package benefit

import (
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

// Year is what the rules remember of one person within one year. It is cleared at each new person and year.
type Year struct {
	Person int32
	Year   int

	// Slots are the counters that the program's rules own, see Slots.
	Slots []money.Fen

	// Visits counts the visits of any kind before the present one, Stays the inpatient stays among them.
	Visits money.Fen
	Stays  int
	// Last is the inpatient stay before the present one; HasLast tells whether there is one.
	Last    Stay
	HasLast bool
	// Offline is the settlement date of the last visit that was not an internet visit; NoDate when there was none.
	Offline claims.Date
}

// Stay is what later stays need to know of an inpatient stay.
type Stay struct {
	Hospital             int32
	Tier                 uint8
	Group                int32
	Admission, Discharge claims.Date
}

// begin clears the memory for a person's year. The lasting counters live on when only the year is new.
func (y *Year) begin(person int32, year int, samePerson bool, slots *Slots) {
	for i := range y.Slots {
		if !samePerson || !slots.lasts(i) {
			y.Slots[i] = 0
		}
	}
	y.Person, y.Year = person, year
	y.Visits, y.Stays, y.HasLast, y.Offline = 0, 0, false, claims.NoDate
}

// remember notes a finished visit.
func (y *Year) remember(c *claims.Claim) {
	y.Visits++
	if c.Setting() != claims.Internet {
		y.Offline = max(y.Offline, c.Settlement)
	}
	if c.Setting() != claims.Inpatient {
		return
	}
	y.Stays++
	y.Last = Stay{c.Hospital, c.Facts[claims.FactTier], c.Group, c.Admission, c.Discharge}
	y.HasLast = true
}

// Slots hands out counters of a person's year by name, so that versions of a step share theirs and different steps may
// share one on purpose. Positions are stable: the order of asking decides.
type Slots struct {
	names   map[string]int
	lasting []bool
}

// Slot returns the position of the named counter, making it when new.
func (s *Slots) Slot(name string) int { return s.slot(name, false) }

// Lasting is Slot for a counter that a new year does not clear.
func (s *Slots) Lasting(name string) int { return s.slot(name, true) }

func (s *Slots) slot(name string, lasting bool) int {
	if s.names == nil {
		s.names = make(map[string]int)
	}
	at, ok := s.names[name]
	if !ok {
		at = len(s.lasting)
		s.names[name] = at
		s.lasting = append(s.lasting, lasting)
	}
	return at
}

// lasts reports whether a new year leaves a counter alone.
func (s *Slots) lasts(at int) bool { return at < len(s.lasting) && s.lasting[at] }

// Len returns how many counters there are.
func (s *Slots) Len() int { return len(s.lasting) }
