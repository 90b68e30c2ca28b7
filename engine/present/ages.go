package present

import (
	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/report"
)

// people whose ages are shown: a scheme, or all, and the beginning of their figures.
type agedPeople struct {
	who    report.Text
	prefix string
}

func byScheme(r *engine.Result) []agedPeople {
	var out []agedPeople
	for _, scheme := range r.Plan.Region.Schemes {
		zh, en := compare.SchemeTitle(scheme)
		out = append(out, agedPeople{text(zh, en), "people." + scheme + "."})
	}
	return out
}

var allPeople = agedPeople{text("全体", "all"), "people."}

// agesNote says whose age counts.
func agesNote(full bool, zh, en string) []report.Text {
	notes := []report.Text{text("年龄为当年首次就诊时的年龄", "the age is that of the person's first visit in the year")}
	if !full {
		notes = append(notes, text(zh, en))
	}
	return notes
}

// agesKnown tells whether the claims tell the age of anybody.
func agesKnown(f *compare.Figures) bool {
	for band := range engine.AgeUnknown {
		if f.Value("people."+band.String()+".persons") > 0 {
			return true
		}
	}
	return false
}

// treated tells whether anybody of a band came for treatment.
func treated(f *compare.Figures, p agedPeople, band engine.Age) bool {
	persons, ok := f.Find(p.prefix + band.String() + ".persons")
	return ok && persons.Value > 0
}

// agesSection shows what each age band pays under each scenario. The short form has all schemes together and, beside the
// baseline, only the scenarios in which somebody pays more or less; the full form has every scheme and scenario.
func agesSection(c *compare.Comparison, full bool) *report.Section {
	mean := fen("mean", "人均", "Average")
	mean.InYuan = true
	t := &report.Table{ID: "ages", Columns: columns(name("who", "人群", "Who"), name("age", "年龄", "Age"), name("scenario", "方案", "Scenario"), count("persons", "就医人数", "Persons"),
		fen("paid", "个人负担", "They pay"), deltas("paid", true), mean, count("less", "减轻人数", "Pay less"), count("more", "加重人数", "Pay more"),
		fen("less_fen", "减轻金额", "Less by"), fen("more_fen", "加重金额", "More by"))}
	s := &report.Section{ID: "ages", Title: text("各年龄段负担", "What people pay, by age"), Table: t,
		Notes: agesNote(full, "仅列全体参保人和负担有变化的方案；分险种见 --out 或 --full", "all schemes together, and only scenarios that change what somebody pays; --out or --full has each scheme")}
	if !agesKnown(c.Figures[0]) {
		return s
	}
	who := []agedPeople{allPeople}
	if full {
		who = append(who, byScheme(c.Results[0])...)
	}
	for _, p := range who {
		for band := range engine.NumAges {
			prefix := p.prefix + band.String() + "."
			for i, r := range c.Results {
				f := c.Figures[i]
				if !treated(f, p, band) || !full && i > 0 && f.Value("people.less")+f.Value("people.more") == 0 {
					continue
				}
				row := []report.Cell{{Text: p.who}, {Text: compare.AgeTitle(band)}, {Text: scenarioTitle(r)}, figureCells(c, i, prefix+"persons")[0]}
				row = append(row, figureCells(c, i, prefix+"paid")...)
				for _, id := range []string{"mean", "less", "more", "less_fen", "more_fen"} {
					row = append(row, figureCells(c, i, prefix+id)[0])
				}
				t.Rows = append(t.Rows, row)
			}
		}
	}
	return s
}

// agesDetail is what each age band pays in one result: all schemes together, or in the full form each scheme apart.
func agesDetail(r *engine.Result, full bool) *report.Section {
	mean := fen("mean", "人均", "Average")
	mean.InYuan = true
	t := &report.Table{ID: "ages", Columns: columns(name("scheme", "险种", "Scheme"), name("age", "年龄", "Age"), sum(count("persons", "就医人数", "Persons")), sum(fen("paid", "个人负担", "They pay")), mean)}
	s := &report.Section{ID: "ages", Title: text("各年龄段负担", "What people pay, by age"), Table: t,
		Notes: agesNote(full, "全体参保人；分险种见 --out 或 --full", "all schemes together; --out or --full has each scheme")}
	f := compare.Of(r)
	if !agesKnown(f) {
		return s
	}
	who := []agedPeople{allPeople}
	if full {
		who = byScheme(r)
	}
	for _, p := range who {
		for band := range engine.NumAges {
			if !treated(f, p, band) {
				continue
			}
			prefix := p.prefix + band.String() + "."
			t.Rows = append(t.Rows, []report.Cell{{Text: p.who}, {Text: compare.AgeTitle(band)}, report.Int(f.Value(prefix + "persons")), report.Int(f.Value(prefix + "paid")), report.Int(f.Value(prefix + "mean"))})
		}
	}
	return s
}
