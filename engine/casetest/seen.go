package casetest

import "github.com/drgsim/drgsim/engine/claims"

// Seen returns a claim as a run gives it to the rules compiled so far: without what stands in columns that none of them says it
// reads. So every case also shows that no rule reads more than it says.
func (s *Setup) Seen(c claims.Claim) claims.Claim {
	read := s.Scope.Read() | claims.Columns(claims.ColClaimID) // an empty set would stand for all columns
	for _, part := range []struct {
		column claims.Column
		clear  func()
	}{
		{claims.ColNonCovered, func() { c.NonCovered = 0 }},
		{claims.ColCategoryB, func() { c.CategoryB = 0 }},
		{claims.ColFirstPay, func() { c.FirstPay, c.HasFirstPay = 0, false }},
		{claims.ColAIDiagnosis, func() { c.AIDiagnosis = 0 }},
		{claims.ColBookedFund, func() { c.BookedFund, c.HasBookedFund = 0, false }},
		{claims.ColReferral, func() { c.Facts[claims.FactReferral] = 0 }},
		{claims.ColReferredFrom, func() { c.From = claims.NoCode }},
		{claims.ColRetired, func() { c.Facts[claims.FactRetired] = 0 }},
		{claims.ColSignedDoctor, func() { c.Facts[claims.FactSigned] = 0 }},
		{claims.ColAssistance, func() { c.Facts[claims.FactAssistance] = 0 }},
		{claims.ColPlace, func() { c.Facts[claims.FactPlace] = 0 }},
		{claims.ColFiled, func() { c.Facts[claims.FactFiled] = 0 }},
	} {
		if !read.Has(part.column) {
			part.clear()
		}
	}
	return c
}
