package claims

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestByPerson(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		persons := rapid.IntRange(1, 8).Draw(t, "persons")
		table := &Table{Person: Coded{Codes: rapid.SliceOfN(rapid.Int32Range(-1, int32(persons)-1), 0, 30).Draw(t, "codes")}}
		for range persons {
			table.Person.Values.Append("P")
		}
		if rapid.Bool().Draw(t, "together") {
			slices.Sort(table.Person.Codes)
		}
		starts, rows := table.ByPerson(rapid.IntRange(0, 3).Draw(t, "workers"))
		for p := range int32(persons) {
			var want, got []int32
			for row, c := range table.Person.Codes {
				if c == p {
					want = append(want, int32(row))
				}
			}
			for i := starts[p]; i < starts[p+1]; i++ {
				if rows == nil {
					got = append(got, i)
				} else {
					got = append(got, rows[i])
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("person %d has rows %v, want %v", p, got, want)
			}
		}
	})
}
