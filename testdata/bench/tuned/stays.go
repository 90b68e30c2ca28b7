package main

import (
	"fmt"
	"math"
)

const (
	// room is how many stays are in memory at once: a batch as drgsim gen writes them. Fewer would stand nearer to the processor,
	// but each read of the file has its price.
	room = 36 << 10
	// spill is how many more there may be of a person whose stays go on in the next batch.
	spill = 1024

	firstDay, days = 20454, 365 // 2026, in days since 1970-01-01
)

// A block has the columns of some claims. That they stand at fixed places spares the loops over them a pointer for each.
type block struct {
	person, hospital, scheme, group, admission, discharge, settlement, referredFrom [room + spill]int32

	gross, nonCovered, booked [room + spill]int64

	referral [room + spill]int8

	heads [spill]int32 // of another batch's first persons
	bits  [(room+spill)/8 + 2]byte
}

// stays are some neighbouring claims of the file, in memory that is used again for the next.
type stays struct {
	*block
	n    int
	file *claimFile
	// into is the memory of the columns that are read.
	into [columns][]byte
	// ungrouped is the number of group that claims without one get.
	ungrouped int32
}

func newStays(a *arena, file *claimFile, read []column) *stays {
	b := &carve[block](a, 1)[0]
	all := [columns][]byte{bytesOf(b.person[:]), bytesOf(b.hospital[:]), bytesOf(b.scheme[:]), bytesOf(b.group[:]), bytesOf(b.admission[:]),
		bytesOf(b.discharge[:]), bytesOf(b.settlement[:]), bytesOf(b.gross[:]), bytesOf(b.nonCovered[:]), bytesOf(b.booked[:]),
		bytesOf(b.referral[:]), bytesOf(b.referredFrom[:])}
	s := &stays{block: b, file: file, ungrouped: int32(len(file.words[group]))}
	for _, c := range read {
		s.into[c] = all[c]
	}
	return s
}

// read makes n rows of a batch those from at on.
func (s *stays) read(b *batch, from, n, at int) error {
	for c, into := range s.into {
		if into == nil {
			continue
		}
		w := widths[c]
		if _, err := s.file.ReadAt(into[at*w:(at+n)*w], b.values[c]+int64(from*w)); err != nil {
			return err
		}
	}
	s.n = at + n
	if s.into[referredFrom] != nil && b.given[referredFrom] != 0 {
		if err := s.blank(s.referredFrom[at:at+n], b.given[referredFrom], from); err != nil {
			return err
		}
	}
	if s.into[group] != nil && b.given[group] != 0 {
		if err := s.blank(s.group[at:at+n], b.given[group], from); err != nil {
			return err
		}
		for i, code := range s.group[at : at+n] {
			if code < 0 {
				s.group[at+i] = s.ungrouped
			}
		}
	}
	return nil
}

// blanks are the bits to set in two codes, by the two bits that tell whether they are given.
var blanks = [4]uint64{1<<64 - 1, (1<<32 - 1) << 32, 1<<32 - 1, 0}

// blank makes -1 of those codes that are not given, as a batch's bits from row from on tell.
func (s *stays) blank(codes []int32, given int64, from int) error {
	skip := from % 8
	bits := s.bits[:(skip+len(codes)+7)/8]
	if _, err := s.file.ReadAt(bits, given+int64(from/8)); err != nil {
		return err
	}
	done := 0
	if skip == 0 {
		eights := castTo[[4]uint64](codes)
		for i := range eights {
			two, b := &eights[i], bits[i]
			two[0] |= blanks[b&3]
			two[1] |= blanks[b>>2&3]
			two[2] |= blanks[b>>4&3]
			two[3] |= blanks[b>>6]
		}
		done = 8 * len(eights)
	}
	for i := done; i < len(codes); i++ {
		codes[i] |= int32(bits[(skip+i)/8]>>((skip+i)%8)&1) - 1
	}
	return nil
}

// lead reads how many of a batch's first rows are of a person.
func (s *stays) lead(b *batch, of int32) (int, error) {
	n := min(b.rows, 16)
	for {
		if _, err := s.file.ReadAt(bytesOf(s.heads[:n]), b.values[person]); err != nil {
			return 0, err
		}
		for i, p := range s.heads[:n] {
			if p != of {
				return i, nil
			}
		}
		if n == b.rows {
			return n, nil
		}
		if n == spill {
			return 0, fmt.Errorf("person %d has more than %d stays at once", of, spill)
		}
		n = min(b.rows, spill)
	}
}

// tidy puts each person's stays in the order of admission and drops those of other years.
func (s *stays) tidy() error {
	s.keepYear()
	last := int64(math.MinInt64)
	people := s.person[:s.n]
	for i, day := range s.admission[:s.n] {
		key := int64(people[i])<<32 + int64(day)
		if key > last {
			last = key
		} else if err := s.sink(i); err != nil {
			return err
		}
	}
	return nil
}

// sink moves a stay to its place among those before it. It is seldom called.
func (s *stays) sink(i int) error {
	for ; i > 0 && s.person[i-1] >= s.person[i]; i-- {
		if s.person[i-1] > s.person[i] {
			return fmt.Errorf("persons' stays do not stand together: person %d comes after person %d", s.person[i], s.person[i-1])
		}
		switch {
		case s.admission[i-1] < s.admission[i]:
			return nil
		case s.admission[i-1] == s.admission[i]:
			// The rule would ask for the claims' ids, which are not read.
			return fmt.Errorf("person %d has two stays that begin on one day", s.person[i])
		}
		s.swap(i-1, i)
	}
	return nil
}

func (s *stays) swap(i, j int) {
	for c, b := range s.into {
		w := widths[c]
		if b == nil {
			continue
		}
		for k := range w {
			b[i*w+k], b[j*w+k] = b[j*w+k], b[i*w+k]
		}
	}
}

// keepYear drops the stays of other years.
func (s *stays) keepYear() {
	for _, day := range s.settlement[:s.n] {
		if uint32(day-firstDay) >= days {
			s.drop()
			return
		}
	}
}

func (s *stays) drop() {
	kept := 0
	for i, day := range s.settlement[:s.n] {
		if uint32(day-firstDay) < days {
			if kept != i {
				s.swap(kept, i)
			}
			kept++
		}
	}
	s.n = kept
}
