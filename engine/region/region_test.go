package region

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/drgsim/drgsim/engine/money"
)

const (
	hospitals = "id,name,tier,county,alliance,ownership,coefficient,score,beds,internet,specialty\n" +
		"H2,县中医院,secondary,甲县,A1,public,0.95,97.5,120,true,tcm\n" +
		"H1,市医院,tertiary_a,市区,,,1.1,,,,\n" +
		"H3,诊所,1,乙县,A2,private,,,,false,\n"
	enrolment = "county,alliance,scheme,persons\n乙县,A2,resident,1000\n甲县,A1,employee,200\n"
	totals    = "year,scheme,alliance,name,amount\n2025,resident,,income,1000000.00\n2025,employee,A1,final_settlement,5.25\n"
)

func dir(t *testing.T, files map[string]string) string {
	t.Helper()
	d := filepath.Join(t.TempDir(), "demo")
	if err := os.Mkdir(d, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(d, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func TestLoad(t *testing.T) {
	r, err := Load(dir(t, map[string]string{HospitalsFile: hospitals, EnrolmentFile: enrolment, TotalsFile: totals}))
	if err != nil {
		t.Fatal(err)
	}
	if r.Name != "demo" {
		t.Errorf("name %q", r.Name)
	}
	want := []Hospital{
		{ID: "H1", Name: "市医院", Tier: TertiaryA, County: "市区", Coefficient: 1_100_000, Score: NoScore},
		{ID: "H2", Name: "县中医院", Tier: Secondary, County: "甲县", Alliance: "A1", Coefficient: 950_000, Score: 9750, Beds: 120, Internet: true, Specialty: "tcm"},
		{ID: "H3", Name: "诊所", Tier: Primary, County: "乙县", Alliance: "A2", Private: true, Score: NoScore},
	}
	if !reflect.DeepEqual(r.Hospitals, want) {
		t.Errorf("got %+v", r.Hospitals)
	}
	if !reflect.DeepEqual(r.Counties, []string{"乙县", "市区", "甲县"}) || !reflect.DeepEqual(r.Alliances, []string{"A1", "A2"}) ||
		!reflect.DeepEqual(r.Schemes, []string{"employee", "resident"}) {
		t.Errorf("got %v %v %v", r.Counties, r.Alliances, r.Schemes)
	}
	if i, ok := r.Hospital("H3"); i != 2 || !ok {
		t.Errorf("H3 is number %d, %v", i, ok)
	}
	if _, ok := r.Hospital("H4"); ok {
		t.Error("H4 was found")
	}
	if i, ok := r.Alliance("A2"); i != 1 || !ok {
		t.Errorf("A2 is number %d, %v", i, ok)
	}
	if y, ok := r.Total(2025, "employee", "A1", "final_settlement"); !ok || y.Amount != 525 {
		t.Errorf("got %+v, %v", y, ok)
	}
	if _, ok := r.Total(2024, "employee", "A1", "final_settlement"); ok {
		t.Error("a total of 2024 was found")
	}
}

func TestHospitalsAlone(t *testing.T) {
	r, err := Load(dir(t, map[string]string{HospitalsFile: "tier,id\n3,X\n"}))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Hospitals) != 1 || r.Hospitals[0].Tier != Tertiary || len(r.Counties) != 0 || !reflect.DeepEqual(r.Schemes, DefaultSchemes) {
		t.Errorf("got %+v", r)
	}
}

func TestLoadErrors(t *testing.T) {
	for _, c := range []struct{ file, text, want string }{
		{HospitalsFile, "id,tier\nH1,1\nH2,2\nH1,3\n", `hospitals.csv:4: column "id": hospital "H1" already stands in line 2`},
		{HospitalsFile, "id,tier\nH1,tertary\n", `hospitals.csv:2: column "tier": tier "tertary" is none of village, community, primary, secondary, tertiary, tertiary_a, provincial, 1, 2, 3; nearest is "tertiary"`},
		{HospitalsFile, "id,tier,score\nH1,1,100.5\n", `hospitals.csv:2: column "score": the score is not from 0 to 100`},
		{HospitalsFile, "id,tier,coefficient\nH1,1,0\n", `hospitals.csv:2: column "coefficient": 0 would pay nothing; leave the cell blank where there is none`},
		{HospitalsFile, "id,tier,coefficient\nH1,1,-1\n", `hospitals.csv:2: column "coefficient": -1 is negative`},
		{HospitalsFile, "id,tier,speciality\nH1,1,tcm\n", `hospitals.csv:1: unknown column "speciality"; columns are id, tier, name, county, alliance, ownership, coefficient, score, beds, internet, specialty; nearest is "specialty"`},
		{HospitalsFile, "id,tier\n", `region demo: there is no hospital; at least one is needed`},
		{EnrolmentFile, "county,scheme,persons\n甲县,Employee,5\n", `enrolment.csv:2: column "scheme": scheme "Employee" is not a word of lower-case letters, digits and _, such as employee, resident`},
		{EnrolmentFile, enrolment + "甲县,A1,employee,7\n", `enrolment.csv:4: column "county": the same county, alliance and scheme already stands in line 3`},
		{EnrolmentFile, "county,scheme,persons\n甲县,employee,-5\n", `enrolment.csv:2: column "persons": "-5" is not a whole number from 0 to 2000000000`},
		{TotalsFile, "year,scheme,alliance,name,amount\n2025,resident,A9,income,1\n", `totals.csv:2: column "alliance": alliance "A9" is neither in hospitals.csv nor in enrolment.csv; nearest is "A1"`},
		{TotalsFile, "year,scheme,name,amount\n2025,resident,opening_balance,-1\n2025,resident,final_settlement,-1.00\n", `totals.csv:3: column "amount": -1.00 is negative; final_settlement cannot be`},
		{TotalsFile, totals + "2025,resident,,income,2\n", `totals.csv:4: column "name": "income" of the same year, scheme and alliance already stands in line 2`},
		{TotalsFile, "year,scheme,name,amount\n26,resident,income,1\n", `totals.csv:2: column "year": "26" is not a whole number from 1990 to 2100`},
	} {
		files := map[string]string{HospitalsFile: hospitals, c.file: c.text}
		_, err := Load(dir(t, files))
		if err == nil || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("%s %q: got %v, want %s", c.file, c.text, err, c.want)
		}
	}
}

func TestMissing(t *testing.T) {
	if _, err := Load(dir(t, nil)); err == nil || !strings.Contains(err.Error(), "demo/hospitals.csv: no such file") {
		t.Errorf("got %v", err)
	}
	if _, err := Load("nowhere"); err == nil || !strings.HasPrefix(err.Error(), "region nowhere: ") {
		t.Errorf("got %v", err)
	}
	if _, err := Load("region_test.go"); err == nil || !strings.HasPrefix(err.Error(), "region region_test.go: it is a file") {
		t.Errorf("got %v", err)
	}
}

// What Save writes, Load reads as the same region.
func TestSaveLoad(t *testing.T) {
	base := t.TempDir()
	word := rapid.StringMatching(`[A-Z一-三"',][a-z0-9 "',]{0,5}[a-z0-9"]`)
	rapid.Check(t, func(t *rapid.T) {
		hs := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) Hospital {
			return Hospital{
				ID: word.Draw(t, "id"), Name: word.Draw(t, "name"), Tier: Tier(rapid.IntRange(0, int(NumTiers)-1).Draw(t, "tier")),
				County: word.Draw(t, "county"), Alliance: rapid.SampledFrom([]string{"", "A1", "A2"}).Draw(t, "alliance"),
				Private: rapid.Bool().Draw(t, "private"), Coefficient: money.Ratio(rapid.Int64Range(0, 3_000_000).Draw(t, "coefficient")),
				Score: rapid.Int32Range(NoScore, 10_000).Draw(t, "score"), Beds: rapid.Int32Range(0, 1_000_000).Draw(t, "beds"),
				Internet: rapid.Bool().Draw(t, "internet"), Specialty: rapid.SampledFrom(append([]string{""}, Specialties...)).Draw(t, "specialty"),
			}
		}), 1, 8, func(h Hospital) string { return h.ID }).Draw(t, "hospitals")
		es := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) Enrolled {
			return Enrolled{word.Draw(t, "county"), rapid.SampledFrom([]string{"", "A1", "A3"}).Draw(t, "alliance"),
				rapid.SampledFrom([]string{"employee", "resident", "all_payer"}).Draw(t, "scheme"), rapid.Int64Range(0, 1e9).Draw(t, "persons")}
		}), 0, 5, func(e Enrolled) [3]string { return [3]string{e.County, e.Alliance, e.Scheme} }).Draw(t, "enrolment")
		ys := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) YearTotal {
			return YearTotal{rapid.IntRange(2020, 2022).Draw(t, "year"), rapid.SampledFrom([]string{"employee", "resident"}).Draw(t, "scheme"), "",
				word.Draw(t, "name"), money.Fen(rapid.Int64().Draw(t, "amount"))}
		}), 0, 5, func(y YearTotal) YearTotal { y.Amount = 0; return y }).Draw(t, "totals")
		r, err := New(filepath.Base(base), hs, es, ys)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Save(base); err != nil {
			t.Fatal(err)
		}
		got, err := Load(base)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Enrolment)+len(r.Enrolment) == 0 {
			got.Enrolment = r.Enrolment
		}
		if len(got.Totals)+len(r.Totals) == 0 {
			got.Totals = r.Totals
		}
		if !reflect.DeepEqual(got, r) {
			t.Fatalf("got %+v, want %+v", got, r)
		}
	})
}

func TestTier(t *testing.T) {
	for s, want := range map[string]Tier{"1": Primary, "2": Secondary, "3": Tertiary, "village": Village, "provincial": Provincial} {
		if got, err := ParseTier(s); err != nil || got != want {
			t.Errorf("%s: got %v, %v", s, got, err)
		}
	}
	for tier, want := range map[Tier]Tier{Village: Primary, Community: Primary, Primary: Primary, Secondary: Secondary, Tertiary: Tertiary,
		TertiaryA: Tertiary, Provincial: Tertiary} {
		if got := tier.Broad(); got != want {
			t.Errorf("%v: got %v", tier, got)
		}
	}
}
