package check

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/region"
)

// line is one claim of a test; dates are days of 2025 counted from 1 January = 0.
type line struct {
	id, person, hospital, scheme, group, from, county string
	setting                                           claims.Setting
	in, out, settled                                  int
	gross, nonCovered, categoryB, firstPay, ai, fund  money.Fen
	age                                               int16
	reversal                                          bool
	reverses                                          string
}

// sound is a stay without a fault.
func sound(id, person string, in, out int) line {
	return line{id: id, person: person, hospital: "H1", scheme: "resident", group: "G1", in: in, out: out, settled: out, gross: 10_000, age: 60}
}

func addCode(c *claims.Coded, s string) {
	if s == "" {
		c.Codes = append(c.Codes, claims.NoCode)
		return
	}
	for i := range c.Values.Len() {
		if c.Values.At(i) == s {
			c.Codes = append(c.Codes, int32(i))
			return
		}
	}
	c.Codes = append(c.Codes, int32(c.Values.Len()))
	c.Values.Append(s)
}

func table(lines ...line) *claims.Table {
	start := claims.DateOf(2025, 1, 1)
	t := &claims.Table{Rows: len(lines)}
	for _, l := range lines {
		t.ClaimID.Append(l.id)
		t.Reverses.Append(l.reverses)
		addCode(&t.Person, l.person)
		addCode(&t.Hospital, l.hospital)
		addCode(&t.Scheme, l.scheme)
		addCode(&t.Group, l.group)
		addCode(&t.From, l.from)
		addCode(&t.County, l.county)
		t.Setting = append(t.Setting, l.setting)
		t.Admission = append(t.Admission, start+claims.Date(l.in))
		t.Discharge = append(t.Discharge, start+claims.Date(l.out))
		t.Settlement = append(t.Settlement, start+claims.Date(l.settled))
		t.Gross = append(t.Gross, l.gross)
		t.NonCovered = append(t.NonCovered, l.nonCovered)
		t.CategoryB = append(t.CategoryB, l.categoryB)
		t.FirstPay = append(t.FirstPay, l.firstPay)
		t.AIDiagnosis = append(t.AIDiagnosis, l.ai)
		t.BookedFund = append(t.BookedFund, l.fund)
		t.Age = append(t.Age, l.age)
		s := claims.Normal
		if l.reversal {
			s = claims.Reversal
		}
		t.Status = append(t.Status, s)
	}
	return t
}

func demo(t *testing.T) *region.Region {
	t.Helper()
	r, err := region.New("demo", []region.Hospital{{ID: "H1", Tier: region.Secondary, County: "甲县"}, {ID: "H2", Tier: region.Tertiary}},
		[]region.Enrolled{{County: "甲县", Scheme: "resident", Persons: 10}, {County: "甲县", Scheme: "employee", Persons: 10}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func run(t *testing.T, tab *claims.Table, reg *region.Region, opts Options) *Report {
	t.Helper()
	r, err := Table(tab, reg, opts)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// with changes a sound stay.
func with(id string, change func(*line)) line {
	l := sound(id, "P-"+id, 10, 12)
	change(&l)
	return l
}

func TestEachFinding(t *testing.T) {
	original := with("A", func(l *line) { l.nonCovered, l.fund = 100, 50 })
	mirror := original
	mirror.id, mirror.reversal, mirror.reverses = "R", true, "A"
	mirror.gross, mirror.nonCovered, mirror.fund = -10_000, -100, -50
	change := func(l line, f func(*line)) line { f(&l); return l }
	other := sound("Z", "P9", 1, 2)
	for _, c := range []struct {
		name  string
		lines []line
		want  []string // "row column code severity: message"
	}{
		{"sound", []line{sound("A", "P1", 1, 3), sound("B", "P1", 3, 3)}, nil},
		{"a reversal", []line{original, mirror}, nil},
		{"a reversal before its original", []line{mirror, original}, nil},
		{"blank person", []line{with("A", func(l *line) { l.person = "" })}, []string{`1 person_id blank reject: a value is required`}},
		{"blank id", []line{with("", func(l *line) {})}, []string{`1 claim_id blank reject: a value is required`}},
		{"discharge", []line{with("A", func(l *line) { l.out = 9; l.settled = 20 })},
			[]string{`1 discharge_date discharge_before_admission reject: discharge on 2025-01-10 lies before admission on 2025-01-11`}},
		{"settlement", []line{with("A", func(l *line) { l.settled = 9 })},
			[]string{`1 settlement_date settlement_before_admission reject: settlement on 2025-01-10 lies before admission on 2025-01-11`}},
		{"date", []line{with("A", func(l *line) { l.settled = 40_000 })},
			[]string{`1 settlement_date implausible_date reject: 2134-07-09 is not from 1990-01-01 to 2100-12-31`}},
		{"year end", []line{sound("A", "P1", 360, 364), sound("B", "P1", 364, 365)},
			[]string{`2 discharge_date crosses_year warning: the stay from 2025-12-31 to 2026-01-01 crosses the end of a year`}},
		{"age", []line{with("A", func(l *line) { l.age = 121 })}, []string{`1 age implausible_age warning: 121 years is more than 120`}},
		{"negative", []line{with("A", func(l *line) { l.gross = -1 })}, []string{`1 gross negative reject: -0.01 is negative; only a reversal may be`}},
		{"zero", []line{with("A", func(l *line) { l.gross = 0 })}, []string{`1 gross zero warning: the total is zero`}},
		{"negative part", []line{with("A", func(l *line) { l.ai = -1 })},
			[]string{`1 ai_diagnosis negative_part reject: -0.01 is negative; only a reversal's amounts may be`}},
		{"negative fund", []line{with("A", func(l *line) { l.fund = -1 })},
			[]string{`1 booked_fund negative_booked_fund warning: -0.01 is negative; only a reversal's amounts may be`}},
		{"part", []line{with("A", func(l *line) { l.nonCovered = 10_001 })},
			[]string{`1 non_covered parts_above_gross reject: 100.01 exceeds the total 100.00`}},
		{"parts", []line{with("A", func(l *line) { l.nonCovered, l.categoryB = 6000, 4001 })},
			[]string{`1 category_b parts_above_gross reject: 40.01 and 60.00 non-covered exceed the total 100.00 together`}},
		{"parts that fill the total", []line{with("A", func(l *line) { l.nonCovered, l.categoryB, l.firstPay, l.ai = 5000, 4000, 4000, 1000 })}, nil},
		{"AI beside the parts", []line{with("A", func(l *line) { l.nonCovered, l.categoryB, l.ai = 5000, 4000, 1001 })},
			[]string{`1 ai_diagnosis parts_above_gross reject: 10.01 and 50.00 non_covered and 40.00 category_b exceed the total 100.00 together`}},
		{"AI", []line{with("A", func(l *line) { l.ai = 10_001 })}, []string{`1 ai_diagnosis ai_above_gross reject: 100.01 exceeds the total 100.00`}},
		{"fund", []line{with("A", func(l *line) { l.fund = 10_001 })},
			[]string{`1 booked_fund booked_fund_above_gross warning: 100.01 exceeds the total 100.00`}},
		{"hospital", []line{with("A", func(l *line) { l.hospital = "H11" })},
			[]string{`1 hospital_id unknown_hospital reject: hospital "H11" is not in the region's table; nearest is "H1"`}},
		{"referrer", []line{with("A", func(l *line) { l.from = "XX" })},
			[]string{`1 referred_from unknown_referrer warning: hospital "XX" is not in the region's table`}},
		{"scheme", []line{with("A", func(l *line) { l.scheme = "residents" })},
			[]string{`1 scheme unknown_scheme reject: scheme "residents" is not one of the region's; nearest is "resident"`}},
		{"group", []line{with("A", func(l *line) { l.group = "G3" }), with("B", func(l *line) { l.group = Ungrouped }), with("C", func(l *line) { l.group = "" }), with("D", func(l *line) { l.group = "BQY" })},
			[]string{`1 drg_code unknown_group warning: group "G3" is not in the group table; nearest is "G1"`}},
		{"county", []line{with("A", func(l *line) { l.county = "乙" })},
			[]string{`1 residence_county unknown_county warning: county "乙" is not in the region`}},
		{"equal duplicate", []line{original, other, original},
			[]string{`3 claim_id duplicate_equal reject: claim "A" stands in row 1 already, with the same content`}},
		{"different duplicate", []line{original, other, change(original, func(l *line) { l.hospital = "H2" })},
			[]string{`3 claim_id duplicate_different reject: claim "A" stands in row 1 already, with another hospital_id`}},
		{"orphan", []line{change(mirror, func(l *line) { l.reverses = "B" })},
			[]string{`1 reverses reversal_without_original reject: there is no claim "B" to take back`}},
		{"nameless", []line{original, change(mirror, func(l *line) { l.reverses = "" })},
			[]string{`2 reverses reversal_without_original reject: a reversal must name the claim that it takes back`}},
		{"reversal of a reversal", []line{original, mirror, change(mirror, func(l *line) { l.id, l.reverses = "S", "R" })},
			[]string{`3 reverses reversal_without_original reject: claim "R" is a reversal itself and cannot be taken back`}},
		{"mirror", []line{original, change(mirror, func(l *line) { l.nonCovered = -99 })},
			[]string{`2 non_covered reversal_not_mirrored reject: -0.99 does not mirror the 1.00 of claim "A"`}},
		{"mirror's person", []line{original, change(mirror, func(l *line) { l.person = "P2" })},
			[]string{`2 person_id reversal_not_mirrored reject: "P2" is not the "P-A" of claim "A"`}},
		{"twice", []line{original, mirror, change(mirror, func(l *line) { l.id = "S" })},
			[]string{`3 reverses reversed_twice reject: claim "A" is taken back in row 2 already`}},
		{"rejected original", []line{change(original, func(l *line) { l.hospital = "H9" }), change(mirror, func(l *line) { l.hospital = "H9" })}, []string{
			`1 hospital_id unknown_hospital reject: hospital "H9" is not in the region's table; nearest is "H1"`,
			`2 hospital_id unknown_hospital reject: hospital "H9" is not in the region's table; nearest is "H1"`}},
		{"rejected original, sound reversal", []line{change(original, func(l *line) { l.out, l.settled = 5, 12 }), change(mirror, func(l *line) {})}, []string{
			`1 discharge_date discharge_before_admission reject: discharge on 2025-01-06 lies before admission on 2025-01-11`,
			`2 reverses original_rejected reject: claim "A" in row 1, which it takes back, is rejected`}},
		{"stray", []line{with("A", func(l *line) { l.reverses = "B" })},
			[]string{`1 reverses stray_reverses warning: a claim with status normal names claim "B" to take back`}},
		{"overlap", []line{sound("A", "P1", 1, 10), sound("B", "P1", 2, 3), sound("C", "P1", 9, 12), sound("D", "P1", 12, 13), sound("E", "P2", 1, 10)}, []string{
			`2 admission_date overlap warning: the stay from 2025-01-03 overlaps that of claim "A" from 2025-01-02 to 2025-01-11 in row 1`,
			`3 admission_date overlap warning: the stay from 2025-01-10 overlaps that of claim "A" from 2025-01-02 to 2025-01-11 in row 1`}},
		{"overlap of visits", []line{sound("A", "P1", 1, 10), change(sound("B", "P1", 2, 3), func(l *line) { l.setting = claims.Chronic })}, nil},
		{"overlap with what was taken back", []line{original, mirror, change(original, func(l *line) { l.id = "C" })}, nil},
		{"future", []line{with("A", func(l *line) { l.settled = 100 })},
			[]string{`1 settlement_date future warning: settlement on 2025-04-11 lies after 2025-04-01`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			opts := Options{GroupCodes: []string{"G1", "G2"}}
			if c.name == "future" {
				opts.Today = claims.DateOf(2025, 4, 1)
			}
			r := run(t, table(c.lines...), demo(t), opts)
			var got []string
			for _, f := range r.Findings {
				got = append(got, fmt.Sprintf("%d %s %s %s: %s", f.Row, f.Column, f.Code, f.Severity, f.Message))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// TestTakenBack: a claim is taken back by a reversal that is kept, and by no other.
func TestTakenBack(t *testing.T) {
	original := sound("A", "P1", 1, 3)
	mirror := original
	mirror.id, mirror.reversal, mirror.reverses, mirror.gross = "R", true, "A", -original.gross
	other := sound("B", "P2", 1, 3)
	crooked := mirror
	crooked.gross++
	for _, c := range []struct {
		name  string
		lines []line
		opts  Options
		want  []bool
	}{
		{"a pair", []line{other, original, mirror}, Options{}, []bool{false, true, false}},
		{"no reversal", []line{other, original}, Options{}, nil},
		{"a reversal that is rejected", []line{other, original, crooked}, Options{}, nil},
		{"rows by themselves", []line{other, original, mirror}, Options{RowsOnly: true}, nil},
	} {
		if got := run(t, table(c.lines...), demo(t), c.opts).TakenBack; !slices.Equal(got, c.want) || (got == nil) != (c.want == nil) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestCountsAndKeep(t *testing.T) {
	a := sound("A", "P1", 1, 3)
	zero := sound("B", "P2", 1, 3)
	zero.gross = 0
	lost := sound("C", "P3", 1, 3)
	lost.hospital, lost.gross, lost.nonCovered = "H9", 500, 501
	tab := table(a, zero, lost, a)
	r := run(t, tab, demo(t), Options{Limit: 2, Place: func(row int) (string, int64) { return "x.arrow", int64(row) + 100 }})
	if r.Read != (claims.Count{Rows: 4, Fen: 20_500}) || r.Kept != (claims.Count{Rows: 2, Fen: 10_000}) ||
		r.Rejected != (claims.Count{Rows: 2, Fen: 10_500}) || r.Warned != (claims.Count{Rows: 1}) {
		t.Errorf("got %+v", r)
	}
	if !slices.Equal(r.Keep, []bool{true, true, false, false}) {
		t.Errorf("keep %v", r.Keep)
	}
	want := []CodeCount{{"zero", claims.Warning, claims.Count{Rows: 1}}, {"parts_above_gross", claims.Reject, claims.Count{Rows: 1, Fen: 500}},
		{"unknown_hospital", claims.Reject, claims.Count{Rows: 1, Fen: 500}}, {"duplicate_equal", claims.Reject, claims.Count{Rows: 1, Fen: 10_000}}}
	if !slices.Equal(r.Codes, want) || r.Count("zero").Rows != 1 || r.Count("future").Rows != 0 {
		t.Errorf("got %+v", r.Codes)
	}
	if len(r.Findings) != 2 || r.Findings[1].Row != 102 || r.Findings[1].File != "x.arrow" {
		t.Errorf("got %v", r.Findings)
	}
	var rows []claims.RejectedRow
	if err := r.Rejects(func(x claims.RejectedRow) error { rows = append(rows, x); return nil }); err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || rows[0].Row != 102 || len(rows[0].Findings) != 2 || rows[0].Cells[claims.ColGross] != "5.00" ||
		rows[0].Cells[claims.ColAdmissionDate] != "2025-01-02" || rows[1].Findings[0].Message != `claim "A" stands in x.arrow row 100 already, with the same content` {
		t.Errorf("got %+v", rows)
	}
}

func TestSeverity(t *testing.T) {
	s, err := ParseSeverities(map[string]string{"zero": "reject", "duplicate_different": "warning"})
	if err != nil {
		t.Fatal(err)
	}
	zero := sound("A", "P1", 1, 3)
	zero.gross = 0
	again := sound("A", "P2", 5, 6)
	r := run(t, table(zero, again), nil, Options{Severity: s})
	if !slices.Equal(r.Keep, []bool{false, true}) {
		t.Errorf("keep %v, %v", r.Keep, r.Findings)
	}
	for _, c := range []struct{ code, word, want string }{
		{"zeros", "reject", `finding "zeros" is none of blank, `},
		{"zero", "rejected", `severity "rejected" of finding zero is none of warning, reject; nearest is "reject"`},
	} {
		if _, err := ParseSeverities(map[string]string{c.code: c.word}); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("got %v", err)
		}
	}
}

// A table of required columns only, or of nothing, is checked as far as it goes.
func TestFewColumns(t *testing.T) {
	full := table(sound("A", "P1", 1, 3), sound("B", "P1", 4, 5))
	few := &claims.Table{Rows: 2, ClaimID: full.ClaimID, Person: full.Person, Hospital: full.Hospital, Scheme: full.Scheme,
		Setting: full.Setting, Settlement: full.Settlement, Gross: full.Gross}
	if r := run(t, few, nil, Options{}); len(r.Findings) != 0 || r.Keep != nil || r.Kept.Fen != 20_000 {
		t.Errorf("got %+v", r)
	}
	if r := run(t, &claims.Table{Rows: 2}, nil, Options{}); r.Read.Rows != 2 {
		t.Errorf("got %+v", r)
	}
	if r := run(t, &claims.Table{}, demo(t), Options{}); r.Read.Rows != 0 || r.Keep != nil {
		t.Errorf("got %+v", r)
	}
	orphan := &claims.Table{Rows: 1, Status: []claims.Status{claims.Reversal}, ClaimID: table(sound("A", "P1", 1, 2)).ClaimID}
	if r := run(t, orphan, nil, Options{}); r.Count("reversal_without_original").Rows != 1 {
		t.Errorf("got %+v", r)
	}
}

// Rows only: what rows say of each other is left alone.
func TestRowsOnly(t *testing.T) {
	zero := sound("A", "P1", 1, 3)
	zero.gross = 0
	r := run(t, table(zero, zero, sound("B", "P1", 2, 4)), nil, Options{RowsOnly: true})
	if len(r.Codes) != 1 || r.Count("zero").Rows != 2 || r.Keep != nil {
		t.Errorf("got %+v", r.Codes)
	}
}

// Money that does not fit is an error.
func TestOverflow(t *testing.T) {
	a, b := sound("A", "P1", 1, 3), sound("B", "P2", 1, 3)
	a.gross, b.gross = 1<<62, 1<<62
	if _, err := Table(table(a, b), nil, Options{}); err == nil {
		t.Error("a sum beyond 64 bits went through")
	}
}

func TestCatalogue(t *testing.T) {
	seen := map[string]bool{}
	for k, e := range Catalogue {
		if e.Code == "" || e.English == "" || e.Chinese == "" || seen[e.Code] {
			t.Errorf("entry %d: %+v", k, e)
		}
		seen[e.Code] = true
		if got, ok := EntryOf(e.Code); !ok || !reflect.DeepEqual(got, e) {
			t.Errorf("%s: got %+v", e.Code, got)
		}
	}
	if _, ok := EntryOf("nonsense"); ok {
		t.Error("nonsense is in the catalogue")
	}
}
