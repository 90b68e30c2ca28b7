package main

import "fmt"

// eachPiece reads a batch piece by piece and drops the stays of other years.
func (s *stays) eachPiece(at int, do func()) error {
	b := &s.file.batches[at]
	for from := 0; from < b.rows; from += room {
		if err := s.read(b, from, min(room, b.rows-from), 0); err != nil {
			return err
		}
		s.keepYear()
		do()
	}
	return nil
}

// eachOfWholePersons reads the persons whose first stay stands in a batch, in pieces of whole persons, each in the order of
// admission. A person may have stays in the batches that follow.
func (s *stays) eachOfWholePersons(at int, do func()) error {
	b, from := &s.file.batches[at], 0
	if at > 0 {
		before := &s.file.batches[at-1]
		if _, err := s.file.ReadAt(bytesOf(s.heads[:1]), before.values[person]+int64(4*(before.rows-1))); err != nil {
			return err
		}
		last := s.heads[0]
		n, err := s.lead(b, last)
		if err != nil {
			return err
		}
		if from = n; from < b.rows && s.heads[from] < last {
			return fmt.Errorf("persons' stays do not stand together: batch %d begins with person %d after %d", at, s.heads[from], last)
		}
	}
	for from < b.rows {
		n := min(room, b.rows-from)
		if err := s.read(b, from, n, 0); err != nil {
			return err
		}
		if from += n; from < b.rows {
			whole := s.wholePersons()
			if whole == 0 {
				return fmt.Errorf("person %d has more than %d stays", s.person[0], room)
			}
			from -= s.n - whole
			s.n = whole
		} else if err := s.readOn(at + 1); err != nil {
			return err
		}
		if err := s.tidy(); err != nil {
			return err
		}
		do()
	}
	return nil
}

// wholePersons is where the last person begins, whose stays may go on.
func (s *stays) wholePersons() int {
	end := s.n - 1
	for end > 0 && s.person[end-1] == s.person[end] {
		end--
	}
	return end
}

// readOn reads the rest of the last person's stays from the batches that follow.
func (s *stays) readOn(at int) error {
	for had := s.n; at < len(s.file.batches); at++ {
		b := &s.file.batches[at]
		n, err := s.lead(b, s.person[s.n-1])
		if err != nil || n == 0 {
			return err
		}
		if s.n+n > had+spill {
			return fmt.Errorf("person %d has more than %d stays in the batches that follow", s.person[had-1], spill)
		}
		if err := s.read(b, 0, n, s.n); err != nil {
			return err
		}
		if n < b.rows {
			return nil
		}
	}
	return nil
}
