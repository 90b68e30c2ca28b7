package settle

import "github.com/drgsim/drgsim/engine/money"

// PaidByPool is what a pool pays a hospital.
func PaidByPool(p *PoolResult, hospital int) money.Fen { return p.pays[hospital] }

// SchemesLaw and RegionLaw are the laws of the largest scales, which smaller ones hide when all are checked.
var (
	SchemesLaw = lawOfSchemes
	RegionLaw  = lawOfRegion
)
