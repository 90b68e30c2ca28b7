package engine_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/drgsim/drgsim/engine/claims"
)

// Rows that are filled many at a time come out as when each is filled by itself, whichever columns the table lacks.
func TestRowsAreFilledAsOneByOne(t *testing.T) {
	in := openStudy(t, "../scenarios/demo.yaml").Input
	required := []string{"Rows", "Person", "Scheme", "Settlement", "Gross"}
	table := reflect.TypeFor[claims.Table]()
	for i := range table.NumField() {
		f := table.Field(i)
		if !f.IsExported() || slices.Contains(required, f.Name) {
			continue
		}
		without := *in.Table
		reflect.ValueOf(&without).Elem().Field(i).SetZero()
		many, each := make([]claims.Claim, 3000), make([]claims.Claim, 3000)
		for k := range many {
			many[k] = claims.Claim{From: 77, Mark: 3, Age: 12, HasBookedFund: true, FirstPay: 5, Facts: [claims.NumFacts]uint8{9, 9, 9}}
		}
		in.FilledFrom(&without, 100, many, each)
		for k := range many {
			if many[k] != each[k] {
				t.Fatalf("without %s, row %d:\n%+v, want\n%+v", f.Name, 100+k, many[k], each[k])
			}
		}
	}
}
