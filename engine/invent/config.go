// Package invent makes up a pooling region worth studying: hospitals, alliances, enrolled persons, their claims, the
// group table and the fund's past accounts. Nothing in it describes a real person or institution.
//
// Everything follows from the Config: the same one gives the same bytes, whatever the number of workers (on one processor
// family; another may round the last bit of an exponential otherwise). Each person has a random stream of its own, made
// of the seed, the person's number and the year, so persons are made one after another and a hundred million claims
// need no more memory than a hundred thousand.
//
// The package draws with floating-point numbers, since it invents facts and settles nothing; every amount is
// rounded to fen once, when the fact is drawn.
package invent

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/nearest"
)

// Version numbers the generator: it changes whenever the same Config gives other bytes than before.
const Version = 2

// Config describes the region to invent. Default and Scale give complete ones.
type Config struct {
	// Name of the pooling region.
	Name string
	// Seed of all random streams. Zero is a seed like any other.
	Seed uint64
	// Year in which the claims are settled, 1995 to 2099.
	Year int
	// History is the number of earlier years whose claims Write puts into history.arrow, 0 to 5; zero writes no history.
	History int

	// Persons is the number of enrolled persons. Zero means as many as Visits asks for.
	Persons int64
	// Visits is the number of claims wanted in Year, met within a few percent. It is read only where Persons is zero.
	Visits int64

	// Counties outside the urban district, each with its alliances.
	Counties int
	// AlliancesPerCounty, each led by a county hospital and joined by a hospital of traditional medicine.
	AlliancesPerCounty int
	// Townships and Villages are the township health centres and village clinics of one alliance.
	Townships, Villages int
	// CityTertiary, CityCommunity, Private and Psychiatric are the institutions of the urban district, outside any
	// alliance.
	CityTertiary, CityCommunity, Private, Psychiatric int
	// Outside is the number of hospitals outside the region: the first is the provincial one, the others lie in other
	// provinces.
	Outside int

	// Groups is the number of groups in the group table, bed-day groups included.
	Groups int
	// Rates of visits by setting.
	Rates Rates
	// CostGrowth and VolumeGrowth are the yearly growth of the cost of a visit and of the visits of a person: 0.05 is 5
	// percent.
	CostGrowth, VolumeGrowth float64
	// EmployeeShare is the share of persons in the employee scheme, 0 to 1.
	EmployeeShare float64
	// ReversedShare is the share of claims that are taken back by a reversal later in the year, 0 to 0.2; most of these are
	// billed again.
	ReversedShare float64
	// BookedFund gives each claim a booked fund payment and first-pay; otherwise both are left to the policy.
	BookedFund bool
	// DirtyShare is the share of claims that are spoilt on purpose, 0 to 0.5, among those that no reversal concerns; Write
	// lists them in dirty.csv.
	DirtyShare float64
	// PersonIDWidth is the number of characters of a person's id, 10 to 18.
	PersonIDWidth int

	// Compression of the Arrow files: none, lz4 or zstd.
	Compression string
	// Workers is the number of goroutines; zero is one for each processor. The output does not depend on it.
	Workers int

	// blockPersons fixes the persons of one batch; zero chooses by the rates. Tests vary it.
	blockPersons int64
}

// Rates are visits of an enrolled person and year, on average over all persons.
type Rates struct {
	Inpatient, Outpatient, Chronic, Internet, BedDay float64
}

func (r Rates) list() [5]float64 {
	return [5]float64{r.Inpatient, r.Outpatient, r.Chronic, r.Internet, r.BedDay}
}

func (r Rates) sum() float64 { return r.Inpatient + r.Outpatient + r.Chronic + r.Internet + r.BedDay }

// Default is a prefecture of four counties and an urban district with forty hospitals and about 20,000 visits, a
// third of them inpatient.
func Default() Config {
	return Config{
		Name: "岚州市", Seed: 1, Year: 2026, Visits: 20_000,
		Counties: 4, AlliancesPerCounty: 1, Townships: 4, Villages: 1,
		CityTertiary: 3, CityCommunity: 2, Private: 3, Psychiatric: 1, Outside: 3,
		Groups:     200,
		Rates:      Rates{Inpatient: 0.21, Outpatient: 0.20, Chronic: 0.14, Internet: 0.045, BedDay: 0.005},
		CostGrowth: 0.03, VolumeGrowth: 0.02, EmployeeShare: 0.36, ReversedShare: 0.008,
		PersonIDWidth: 10, Compression: "zstd",
	}
}

// Scale is the profile for benchmarks: ten million inpatient claims of three million persons, 200 hospitals, 800 groups,
// ids of 18 characters, no reversals.
func Scale() Config {
	c := Default()
	c.Visits, c.Persons = 0, 3_000_000
	c.Counties, c.Townships = 16, 8
	c.CityTertiary, c.CityCommunity, c.Private, c.Psychiatric = 6, 8, 5, 2
	c.Groups, c.Rates = 800, Rates{Inpatient: 10.0 / 3}
	c.ReversedShare, c.BookedFund, c.PersonIDWidth, c.Compression = 0, true, 18, "none"
	return c
}

// Presets lists the names that Preset knows.
func Presets() []string { return []string{"default", "scale"} }

// Preset returns a configuration by name.
func Preset(name string) (Config, error) {
	switch name {
	case "default":
		return Default(), nil
	case "scale":
		return Scale(), nil
	}
	return Config{}, fmt.Errorf("preset %q is none of %s%s", name, strings.Join(Presets(), ", "), nearest.Hint(name, Presets()))
}

// Validate reports the first setting that is out of range.
func (c Config) Validate() error {
	for _, f := range []struct {
		name             string
		value, low, high int64
	}{
		{"year", int64(c.Year), 1995, 2099},
		{"history", int64(c.History), 0, 5},
		{"persons", c.Persons, 0, maxPersons},
		{"visits", c.Visits, 0, 2_000_000_000},
		{"counties", int64(c.Counties), 1, 100},
		{"alliances per county", int64(c.AlliancesPerCounty), 1, 3},
		{"townships", int64(c.Townships), 1, 30},
		{"villages", int64(c.Villages), 1, 300},
		{"city tertiary hospitals", int64(c.CityTertiary), 1, 50},
		{"city community centres", int64(c.CityCommunity), 1, 200},
		{"private hospitals", int64(c.Private), 1, 200},
		{"psychiatric hospitals", int64(c.Psychiatric), 1, 50},
		{"hospitals outside", int64(c.Outside), 2, 20},
		{"groups", int64(c.Groups), 40, 1200},
		{"person id width", int64(c.PersonIDWidth), 10, 18},
		{"workers", int64(c.Workers), 0, 1024},
	} {
		if f.value < f.low || f.value > f.high {
			return fmt.Errorf("generator: %s is %d; %d to %d are allowed", f.name, f.value, f.low, f.high)
		}
	}
	for _, f := range []struct {
		name             string
		value, low, high float64
	}{
		{"inpatient rate", c.Rates.Inpatient, 0, 6},
		{"outpatient rate", c.Rates.Outpatient, 0, 20},
		{"chronic rate", c.Rates.Chronic, 0, 3},
		{"internet rate", c.Rates.Internet, 0, 20},
		{"bed-day rate", c.Rates.BedDay, 0, 0.05},
		{"cost growth", c.CostGrowth, -0.5, 1},
		{"volume growth", c.VolumeGrowth, -0.5, 1},
		{"employee share", c.EmployeeShare, 0, 1},
		{"reversed share", c.ReversedShare, 0, 0.2},
		{"dirty share", c.DirtyShare, 0, 0.5},
	} {
		// Written so that a value that is no number fails too.
		if !(f.value >= f.low && f.value <= f.high) {
			return fmt.Errorf("generator: %s is %v; %v to %v are allowed", f.name, f.value, f.low, f.high)
		}
	}
	switch {
	case !slices.Contains(claims.Compressions, c.Compression):
		return fmt.Errorf("generator: compression %q is none of %s%s", c.Compression, strings.Join(claims.Compressions, ", "),
			nearest.Hint(c.Compression, claims.Compressions))
	case c.Name == "":
		return fmt.Errorf("generator: the region has no name; a name is needed")
	case c.Persons == 0 && c.Visits == 0:
		return fmt.Errorf("generator: neither persons nor visits are given; one of them must be above 0")
	case c.Rates.sum() < 0.01:
		return fmt.Errorf("generator: the rates give %v visits of a person and year; at least 0.01 are needed", c.Rates.sum())
	}
	return nil
}

// maxPersons is the largest number that fits the nine digits of a claim's id.
const maxPersons = 999_999_999
