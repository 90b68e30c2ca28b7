package benefit

import (
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

// Year is what the rules remember of one person within one year. It is cleared at each new person and year.
type Year struct {
	// Slots are the counters that the program's rules own, see Slots.
	Slots []money.Fen

	past
	claims []claims.Claim // the visits, among which past names one
}

// lastStay returns the inpatient stay before the present visit, or nil.
func (y *Year) lastStay() *claims.Claim {
	if y.past.stay < 0 {
		return nil
	}
	return &y.claims[y.past.stay]
}

// renew clears the counters for another year of the same person; the lasting ones live on.
func (y *Year) renew(slots *Slots) {
	for i := range y.Slots {
		if !slots.lasts(i) {
			y.Slots[i] = 0
		}
	}
}

// Slots hands out counters of a person's year by name, so that versions of a step share theirs and different steps may
// share one on purpose. Positions are stable: the order of asking decides.
type Slots struct {
	names   map[string]int
	lasting []bool
	asked   []int // the positions that were asked for, since it was last emptied
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
	s.asked = append(s.asked, at)
	return at
}

// lasts reports whether a new year leaves a counter alone.
func (s *Slots) lasts(at int) bool { return at < len(s.lasting) && s.lasting[at] }

// Len returns how many counters there are.
func (s *Slots) Len() int { return len(s.lasting) }
