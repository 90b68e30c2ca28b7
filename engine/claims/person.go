package claims

import (
	"context"
	"errors"
	"slices"

	"github.com/drgsim/drgsim/engine/internal/parallel"
)

// ByPerson tells which rows each person has: those of person p, by code, are rows[starts[p]:starts[p+1]], in the order of the
// table. A nil rows stands for the rows as they are: each person's stand together, in the order of the codes. Rows without a
// person are nobody's, and need rows.
func (t *Table) ByPerson(workers int) (starts, rows []int32) {
	codes, persons := t.Person.Codes, t.Person.Values.Len()
	if starts = gathered(codes, persons, workers); starts != nil {
		return starts, nil
	}
	starts = make([]int32, persons+1)
	for _, p := range codes {
		if p >= 0 {
			starts[p+1]++
		}
	}
	for p := range persons {
		starts[p+1] += starts[p]
	}
	next := slices.Clone(starts[:persons])
	rows = make([]int32, starts[persons])
	for row, p := range codes {
		if p >= 0 {
			rows[next[p]] = int32(row)
			next[p]++
		}
	}
	return starts, rows
}

var errApart = errors.New("the rows of a person stand apart")

// gathered returns where each person's rows start when they stand together in the order of the codes, nil when they do not.
func gathered(codes []int32, persons, workers int) []int32 {
	if len(codes) > 0 && codes[0] < 0 {
		return nil
	}
	const step = 1 << 18
	// each calls do for the row at which each person begins, on some workers.
	each := func(do func(row int, last, p int32) error) error {
		return parallel.Each(context.Background(), workers, (len(codes)+step-1)/step, func(i int) error {
			lo, hi := i*step, min((i+1)*step, len(codes))
			last := int32(-1)
			if lo > 0 {
				last = codes[lo-1]
			}
			for row, p := range codes[lo:hi] {
				if p == last {
					continue
				}
				if err := do(lo+row, last, p); err != nil {
					return err
				}
				last = p
			}
			return nil
		})
	}
	// Whether the persons stand in order is asked first: only then does each start belong to one worker.
	if each(func(_ int, last, p int32) error {
		if p < last {
			return errApart
		}
		return nil
	}) != nil {
		return nil
	}
	starts := make([]int32, persons+1)
	_ = each(func(row int, last, p int32) error {
		// Persons between the two have no rows: theirs would start here too.
		for q := last + 1; q <= p; q++ {
			starts[q] = int32(row)
		}
		return nil
	})
	first := int32(0)
	if len(codes) > 0 {
		first = codes[len(codes)-1] + 1
	}
	for q := int(first); q <= persons; q++ {
		starts[q] = int32(len(codes))
	}
	return starts
}

// Starts tells where each person's rows start, and the last one's end, in a table whose persons' rows stand together. It tells
// that of the persons who have rows, in the order of these. What it returns lives as long as the table's columns.
func (t *Table) Starts() []int32 {
	codes := t.Person.Codes
	starts := roomIn[int32](t.mem, len(codes)+1)
	starts[0] = 0
	n := 1
	for row := 1; row < len(codes); row++ {
		starts[n] = int32(row) // to be written over where the person is the one before
		if codes[row] != codes[row-1] {
			n++
		}
	}
	if len(codes) > 0 {
		starts[n] = int32(len(codes))
		n++
	}
	return starts[:n]
}
