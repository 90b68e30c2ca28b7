// Package region holds the tables of one pooling region (统筹区): its hospitals, counties, alliances, schemes, enrolment
// and past settlements. They number everything that a claim names by code, so that every worker has the same numbers.
package region

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
)

// MaxSchemes is the largest number of schemes: the selectors of rules have a bit for each.
const MaxSchemes = 32

// Tier is the level of a hospital (医疗机构等级), in rising order. A row of a policy table that names a broad tier
// (primary, secondary, tertiary) also serves the finer ones inside it, see Broad.
type Tier uint8

// The tiers. Village clinics and community or township centres are primary; 3B, 3A and provincial hospitals are tertiary.
const (
	Village    Tier = iota // 村卫生室
	Community              // 社区卫生服务中心, 乡镇卫生院
	Primary                // 一级
	Secondary              // 二级
	Tertiary               // 三级 (3B, or not told apart)
	TertiaryA              // 三级甲等
	Provincial             // 省级
	NumTiers
)

// TierNames are the words used in files, in the order of the constants.
var TierNames = []string{"village", "community", "primary", "secondary", "tertiary", "tertiary_a", "provincial"}

// String gives the word used in files.
func (t Tier) String() string { return TierNames[t] }

// Broad returns the class that a fine tier belongs to: Primary, Secondary or Tertiary.
func (t Tier) Broad() Tier {
	switch {
	case t <= Primary:
		return Primary
	case t >= Tertiary:
		return Tertiary
	}
	return t
}

// ParseTier reads a word of TierNames, or 1, 2, 3 for primary, secondary, tertiary.
func ParseTier(s string) (Tier, error) {
	switch s {
	case "1":
		return Primary, nil
	case "2":
		return Secondary, nil
	case "3":
		return Tertiary, nil
	}
	if i := slices.Index(TierNames, s); i >= 0 {
		return Tier(i), nil
	}
	return 0, fmt.Errorf("tier %q is none of %s, 1, 2, 3%s", s, strings.Join(TierNames, ", "), nearest.Hint(s, TierNames))
}

// Hospital is one designated institution (定点医疗机构).
type Hospital struct {
	ID       string
	Name     string
	Tier     Tier
	County   string // where it stands
	Alliance string // the county alliance (医共体) it belongs to; "" for none
	Private  bool   // ownership: private instead of public
	// Coefficient is the hospital's difference coefficient where the region's table gives one; 0 means that it gives none.
	Coefficient money.Ratio
	// Score is the yearly assessment score in hundredths of a point (考核得分), 0 to 10000; -1 means none is given.
	Score int32
	// Beds in use; 0 means not given.
	Beds int32
	// Internet tells whether the institution may settle internet care (互联网医院 licence and agreement).
	Internet bool
	// Specialty marks a kind that some packs boost: "", tcm, paediatric, geriatric, obstetric, psychiatric.
	Specialty string
}

// Enrolled counts the persons insured in a county under a scheme.
type Enrolled struct {
	County   string
	Alliance string // the alliance answerable for them; "" for none
	Scheme   string
	Persons  int64
}

// YearTotal is a figure of a past or the coming year from the fund's accounts, per scheme and, where Alliance is set, per alliance.
type YearTotal struct {
	Year     int
	Scheme   string
	Alliance string
	Name     string // final_settlement, income, opening_balance, or another figure that a pack asks for by name
	Amount   money.Fen
}

// Region is the set of tables. All lists are sorted by their first field, so positions are the numbers used in claims.
type Region struct {
	Name      string
	Hospitals []Hospital
	Counties  []string
	Alliances []string
	Schemes   []string // usually employee, resident
	Enrolment []Enrolled
	Totals    []YearTotal

	hospitalAt map[string]int32
}
