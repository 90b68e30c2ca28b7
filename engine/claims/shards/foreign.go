package shards

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/drgsim/drgsim/engine/claims"
)

func readIDs(path string) (*claims.Table, error) {
	t, _, err := claims.ReadFile(context.Background(), path, claims.ReadOptions{Workers: 1, Columns: claims.Columns(claims.ColClaimID)})
	return t, err
}

// rejectForeign hands over the rows of a spill whose id another person's claim has. rows gives the number of each among
// the claims of all inputs.
func (s *splitting) rejectForeign(t *claims.Table, rows map[int32]int64) error {
	for _, at := range slices.Sorted(maps.Keys(rows)) {
		row := int(at)
		cells := make([]string, claims.NumColumns)
		cells[claims.ColClaimID], cells[claims.ColPersonID] = t.ClaimID.At(row), t.Person.At(row)
		cells[claims.ColHospitalID], cells[claims.ColScheme] = t.Hospital.At(row), t.Scheme.At(row)
		cells[claims.ColSettlementDate], cells[claims.ColGross] = t.Settlement[row].String(), t.Gross[row].String()
		f := claims.Finding{File: s.dir, Row: rows[at], Column: claims.Schema[claims.ColClaimID].Name, Code: CodeForeignDuplicate,
			Message:  fmt.Sprintf("an earlier claim of another person has the id %s of this claim of person %s", t.ClaimID.At(row), t.Person.At(row)),
			Severity: claims.Reject, Gross: t.Gross[row], GrossKnown: true}
		if err := s.m.Rejected.Add(t.Gross[row], true); err != nil {
			return err
		}
		if s.opts.Reject == nil {
			return fmt.Errorf("%s; name a file for rejects to go on without such rows", f)
		}
		if err := s.opts.Reject(claims.RejectedRow{File: s.dir, Row: rows[at], Findings: []claims.Finding{f}, Cells: cells}); err != nil {
			return err
		}
	}
	return nil
}
