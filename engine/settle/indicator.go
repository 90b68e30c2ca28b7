package settle

import (
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// Indicator is one figure as an exact ratio; Den is never zero, as an indicator without cases is left out.
type Indicator struct {
	ID         string // id/definition/level/of, without what is blank
	Name       string // one of the indicators' ids
	Definition string // a, b, ... where more than one definition is in use; "" otherwise
	TitleZh    string
	TitleEn    string
	DefZh      string // what exactly is divided by what
	DefEn      string
	Level      string // region, county or hospital
	Of         string // the county or hospital; "" for the region
	Num, Den   int64
	Targets    []TargetResult // of the pack, for the first definition in region and counties
}

// Target is what a pack wants of an indicator by a day.
type Target struct {
	Name     string
	By       claims.Date
	Min, Max money.Ratio // -1 for none
	Sources  []policy.Source
}

// TargetResult is whether an indicator meets a target already.
type TargetResult struct {
	Target
	Met bool
}

// indicatorIDs are the names of the indicators, in the order of results.
var indicatorIDs = []string{"cmi", "cost_index", "time_index", "grouping_rate", "primary_visit_rate", "county_visit_rate",
	"in_county_admission_share", "transfer_out_rate", "fund_in_county_share", "primary_fund_share", "reimbursement_ratio", "stays_per_visit"}

// measure is one definition of an indicator.
type measure struct {
	name, def    string
	zh, en       string
	defZh, defEn string
}

var (
	cmiTable     = measure{"cmi", "a", "病例组合指数", "case-mix index", "Σ(病组权重×例数)÷总例数", "group weights of the pack's table × stays ÷ stays"}
	cmiPaid      = measure{"cmi", "b", "病例组合指数", "case-mix index", "结算点数÷点数基数÷总例数", "points as paid ÷ scale ÷ stays"}
	costA        = measure{"cost_index", "a", "费用消耗指数", "cost index", "Σ(本院例均÷全区例均×例数)÷总例数", "Σ(own mean ÷ region's mean × stays) ÷ stays"}
	costB        = measure{"cost_index", "b", "费用消耗指数", "cost index", "实际费用÷Σ(例数×全区例均)", "own cost ÷ Σ(stays × region's mean)"}
	timeA        = measure{"time_index", "a", "时间消耗指数", "time index", "Σ(本院平均住院日÷全区平均住院日×例数)÷总例数", "Σ(own mean days ÷ region's mean days × stays) ÷ stays"}
	timeB        = measure{"time_index", "b", "时间消耗指数", "time index", "实际床日÷Σ(例数×全区平均住院日)", "own days ÷ Σ(stays × region's mean days)"}
	groupingA    = measure{"grouping_rate", "a", "入组率", "grouping rate", "入组例数÷全部例数", "grouped stays ÷ all stays"}
	groupingB    = measure{"grouping_rate", "b", "入组率", "grouping rate", "入组例数÷(全部例数−剔除例数)", "grouped stays ÷ (all stays − stays over 60 days or under 5 yuan)"}
	primaryA     = measure{"primary_visit_rate", "a", "基层就诊率", "primary visit rate", "县域内基层机构(含村卫生室)诊疗人次÷县域内诊疗人次", "visits to primary institutions, village clinics among them ÷ visits in the counties"}
	primaryB     = measure{"primary_visit_rate", "b", "基层就诊率", "primary visit rate", "县域内基层机构(不含村卫生室)诊疗人次÷县域内诊疗人次(不含村卫生室)", "as (a), without village clinics"}
	countyVisits = measure{"county_visit_rate", "", "县域就诊率", "county visit rate", "参保人县域内就诊住院人次÷全部人次", "visits and stays of the insured in their county ÷ all theirs"}
	inCounty     = measure{"in_county_admission_share", "", "县域内住院占比", "share of stays in the county", "参保人县域内住院人次÷全部住院人次", "stays of the insured in their county ÷ all theirs"}
	transferOut  = measure{"transfer_out_rate", "", "外转率", "transfer-out rate", "参保人县域外住院人次÷全部住院人次", "stays of the insured outside their county ÷ all theirs"}
	fundInside   = measure{"fund_in_county_share", "", "医保基金县域内支出占比", "fund spent in the county", "参保人县域内列账基金÷全部列账基金", "fund as booked for the insured in their county ÷ all theirs"}
	fundPrimary  = measure{"primary_fund_share", "", "基层医保基金占比", "primary share of the fund", "县域内基层机构列账基金÷县域内列账基金", "fund as booked at primary institutions ÷ in the county"}
	reimburseA   = measure{"reimbursement_ratio", "a", "实际报销比", "actual reimbursement ratio", "统筹基金÷总费用", "pooled fund ÷ gross cost"}
	reimburseB   = measure{"reimbursement_ratio", "b", "实际报销比", "actual reimbursement ratio", "(统筹基金+大病保险+医疗救助)÷总费用", "pooled fund, critical illness insurance and medical aid ÷ gross cost"}
	staysVisits  = measure{"stays_per_visit", "", "住院门诊人次比", "stays per visit", "住院人次÷门诊人次", "stays ÷ outpatient visits"}
)

// indicators is the compiled part indicators, with the weights of the pack's group table.
type indicators struct {
	targets []Target
	scale   int64          // millionths of a point that a stay of average cost earns
	weights []money.Points // by group; 0 for none; nil when the pack has no table
	listed  []bool         // by group: whether the table has it; nil when the pack has no table
}

func (c *compiler) decodeIndicators(d *policy.Decoder) {
	in := &c.s.indicators
	d.Each("targets", func(_ int, it *policy.Decoder) {
		t := Target{Name: indicatorIDs[it.Word("id", indicatorIDs)], By: it.Date("by"), Min: -1, Max: -1}
		if it.Has("min") {
			t.Min = it.Ratio("min")
		}
		if it.Has("max") {
			t.Max = it.Ratio("max")
		}
		if t.Min < 0 && t.Max < 0 {
			it.Fail("min", "min or max is needed")
		}
		t.Sources = c.rules.Cited("indicators")
		in.targets = append(in.targets, t)
	})
	in.readWeights(c.rules.Tree.Get("drg"), c.scope)
}

// readWeights takes the group weights from the pack's table, as far as they can be read: what is wrong with them is told
// by package drg.
func (in *indicators) readWeights(drg *policy.Value, sc *policy.Scope) {
	in.scale = 100 * int64(money.Point)
	if v := drg.Get("scale"); v != nil {
		if p, err := money.ParsePoints(v.Text); err == nil && p > 0 {
			in.scale = int64(p)
		}
	}
	groups := drg.Get("groups")
	if groups == nil || len(groups.Items) == 0 {
		return
	}
	in.listed = make([]bool, len(sc.Groups))
	for _, row := range groups.Items {
		code := row.Get("code")
		if code == nil {
			continue
		}
		at, ok := sc.Group(code.Text)
		if !ok {
			continue
		}
		in.listed[at] = true
		for _, key := range []string{"base_points", "score", "weight"} {
			v := row.Get(key)
			if v == nil {
				continue
			}
			nano, err := money.ParseDecimal(v.Text, 9) // published weights have up to nine decimals
			if err != nil {
				continue
			}
			p := money.Points((nano + 500) / 1000)
			if key == "weight" {
				in.scale = int64(money.Point)
			}
			if in.weights == nil {
				in.weights = make([]money.Points, len(sc.Groups))
			}
			in.weights[at] = p
		}
	}
}

// meets reports whether num/den is within the target's bounds.
func (t *Target) meets(num, den int64) bool {
	r, err := money.MulDiv(num, int64(money.One), den, money.Floor)
	if err != nil {
		return false
	}
	if t.Min >= 0 && money.Ratio(r) < t.Min {
		return false
	}
	up, err := money.MulDiv(num, int64(money.One), den, money.Ceil)
	return err == nil && (t.Max < 0 || money.Ratio(up) <= t.Max)
}

// measured returns the indicators of the year, measured once.
func (w *work) measured() []Indicator {
	if w.out.Indicators == nil {
		w.out.Indicators = w.s.indicators.of(w.s, w.t, w.indices())
	}
	return w.out.Indicators
}

// unmet returns the first condition of a surplus that the region does not meet, and whether all are met. A condition on an
// indicator without cases is not met.
func (w *work) unmet(sh *sharing) (string, bool) {
	if len(sh.conditions) == 0 {
		return "", true
	}
	all := w.measured()
	for _, con := range sh.conditions {
		t := Target{Min: con.min, Max: con.max}
		met := false
		for i := range all {
			if all[i].Level == "region" && all[i].Name == con.indicator && all[i].Definition <= "a" {
				met = t.meets(all[i].Num, all[i].Den)
				break
			}
		}
		if !met {
			return con.indicator, false
		}
	}
	return "", true
}
