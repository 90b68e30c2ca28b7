package compare

import (
	"strings"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/report"
)

// ageTitles are the words for the age bands in reports.
var ageTitles = [engine.NumAges]report.Text{
	{Zh: "0–17岁", En: "aged 0-17"}, {Zh: "18–44岁", En: "aged 18-44"}, {Zh: "45–59岁", En: "aged 45-59"}, {Zh: "60–69岁", En: "aged 60-69"},
	{Zh: "70–79岁", En: "aged 70-79"}, {Zh: "80岁及以上", En: "aged 80 and over"}, {Zh: "年龄不详", En: "of unknown age"},
}

// AgeTitle returns the words for an age band in reports.
func AgeTitle(band engine.Age) report.Text { return ageTitles[band] }

// allAges is what the persons of each age band pay, over all schemes.
func allAges(r *engine.Result) [engine.NumAges]engine.AgeShare {
	var all [engine.NumAges]engine.AgeShare
	for i := range r.Plan.Region.Schemes {
		for band := range engine.NumAges {
			if err := all[band].Merge(r.Partial.People.Age(i, band)); err != nil {
				panic("BUG: people pay more than the claims' gross, which fits: " + err.Error())
			}
		}
	}
	return all
}

// ages adds what people pay by age: each band over all schemes, and those of a scheme that have persons.
func (f *Figures) ages(r *engine.Result) {
	all := allAges(r)
	for band := range engine.NumAges {
		f.age("people.", "", "people ", band, &all[band])
	}
	for i, scheme := range r.Plan.Region.Schemes {
		zh, en := SchemeTitle(scheme)
		for band := range engine.NumAges {
			if a := r.Partial.People.Age(i, band); a.Persons > 0 {
				f.age("people."+scheme+".", zh, en+" ", band, a)
			}
		}
	}
}

func (f *Figures) age(prefix, zh, en string, band engine.Age, a *engine.AgeShare) {
	prefix += band.String() + "."
	zh += ageTitles[band].Zh
	en += ageTitles[band].En + ": "
	f.add(prefix+"persons", report.Text{Zh: zh + "就医人数", En: en + "treated"}, report.KindCount, a.Persons)
	f.add(prefix+"paid", report.Text{Zh: zh + "个人负担", En: en + "they pay"}, report.KindFen, int64(a.Paid))
	f.add(prefix+"mean", report.Text{Zh: zh + "人均负担", En: en + "they pay on average"}, report.KindFen, int64(a.Mean()))
	f.add(prefix+"less", report.Text{Zh: zh + "负担减轻人数", En: en + "how many pay less"}, report.KindCount, a.Less)
	f.add(prefix+"more", report.Text{Zh: zh + "负担加重人数", En: en + "how many pay more"}, report.KindCount, a.More)
	f.add(prefix+"less_fen", report.Text{Zh: zh + "减轻金额", En: en + "what they pay less"}, report.KindFen, int64(a.LessFen))
	f.add(prefix+"more_fen", report.Text{Zh: zh + "加重金额", En: en + "what they pay more"}, report.KindFen, int64(a.MoreFen))
}

// ageWord begins the names of age bands in figures. The word age_any stands for each band.
const ageWord = "age_"

// namesAge tells whether a word of an id is an age band.
func namesAge(id string) bool {
	return strings.HasPrefix(id, ageWord) || strings.Contains(id, "."+ageWord)
}
