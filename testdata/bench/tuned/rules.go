package main

// The rules of the works, in fen and thousandths. Each comes in two forms: that of the baseline and the changed one.
const forms = 2

const tiers = 3

// amounts are the deductible by tier.
var amounts = [forms][tiers]int64{{300_00, 500_00, 800_00}, {200_00, 600_00, 1000_00}}

// A benefit is what a scheme pays.
type benefit struct {
	shares   [forms][tiers]int64
	ceilings [forms]int64
}

var benefits = map[string]*benefit{
	"employee": {shares: [forms][tiers]int64{{900, 860, 820}, {920, 860, 795}}, ceilings: [forms]int64{300_000_00, 250_000_00}},
	"resident": {shares: [forms][tiers]int64{{800, 720, 650}, {830, 720, 615}}, ceilings: [forms]int64{200_000_00, 150_000_00}},
}

// window is how many days after a discharge a stay still belongs to the episode.
const window = 30

// A choice says which form of each rule of the persons' side a scenario takes.
type choice struct{ amounts, shares, ceilings int }

// choices are those of the scenarios, the baseline's first.
var choices = [...]choice{{}, {amounts: 1}, {shares: 1}, {ceilings: 1}, {amounts: 1, shares: 1, ceilings: 1}}

type scenario struct {
	name   string
	growth int64 // per cent of last year's settlement
	prices int   // a price set
	choice int
}

var scenarios = []scenario{
	{"baseline", 105, 0, 0},
	{"same-price", 105, 1, 0},
	{"coefficient", 105, 2, 0},
	{"budget", 108, 0, 0},
	{"deductible", 105, 0, 1},
	{"ratio", 105, 0, 2},
	{"ceiling", 105, 0, 3},
	{"all", 108, 3, 4},
}

// rooms are what an episode's deductible can still take at each level.
type rooms [tiers]int64

// roomsOf are the rooms of an episode that is the person's first of the year, or not, and whose levels up to filled are full.
func roomsOf(form int, first bool, filled int) rooms {
	var r rooms
	below := int64(0)
	for level, amount := range amounts[form] {
		if !first {
			amount /= 2
		}
		if level >= filled {
			r[level] = amount - below
		}
		below = amount
	}
	return r
}

// take gives the part of a stay's cost that is deducted at a hospital of a tier: each level takes what the one below it leaves.
func (r *rooms) take(open int64, tier int) (deducted int64) {
	for level := range tier + 1 {
		part := min(r[level], open-deducted)
		r[level] -= part
		deducted += part
	}
	return deducted
}

// shared is the part of an amount that the fund pays.
func shared(amount, share int64) int64 { return (amount*share + 500) / 1000 }
