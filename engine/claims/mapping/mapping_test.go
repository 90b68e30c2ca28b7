package mapping

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/region"
)

const small = `title: a small one
money: {thousands: ","}
dates: YYYYMMDD
controls:
  drugs: DRUGS
columns:
  claim_id: {concat: [NO, {text: "-"}, {row: true}]}
  person_id: PERSON
  hospital_id: {column: HOSPITAL, strip: [","], strip_end: [".0"], default: REDACTED}
  scheme: {column: KIND, words: {"310": employee, "390": resident}}
  setting: {text: inpatient}
  admission_date: {year: YEAR, minus: DAYS}
  settlement_date: {column: OUT, format: DD-Mon-YYYY}
  gross: {sum: [DRUGS, {column: ITEMS, default: "0"}, {product: [RATE, DAYS]}]}
  first_pay: FIRST
  age: {column: AGE, substring: {from: 1, length: 2}}
  retired: {column: RETIRED, words: {"Y": "true", "N": "false"}}
hospitals:
  name: NAME
  county: {concat: [{text: S}, {column: HOSPITAL, substring: {from: 2, length: 1}}]}
  tier: {column: LEVEL, default: "2"}
`

const smallHeader = "NO,PERSON,HOSPITAL,KIND,YEAR,DAYS,OUT,DRUGS,ITEMS,RATE,FIRST,AGE,RETIRED,NAME,LEVEL,UNUSED\n"

func parse(t *testing.T, text string) *Mapping {
	t.Helper()
	m, err := Parse("m.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func readText(t *testing.T, m *Mapping, texts ...string) (*Report, *gathered) {
	t.Helper()
	g := &gathered{}
	r := NewReader(m, g.sink())
	for i, text := range texts {
		if err := r.Read(context.Background(), string(rune('a'+i))+".csv", strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	rep, err := r.Close()
	if err != nil {
		t.Fatal(err)
	}
	return rep, g
}

func TestRead(t *testing.T) {
	rep, g := readText(t, parse(t, small), smallHeader+
		"A,P1,\"1,456.0\",310,2025,2,31-dec-2025,\"1,000.50\",,10.00,5.00,70 or more,Y,甲医院,3,x\n"+
		"B, P2 ,,390,2025,0,30-Dec-2025,1,2,10.00,,,,,,\n")
	if rep.Rejected.Rows != 0 || rep.Loaded != (claims.Count{Rows: 2, Fen: 102050 + 300}) || rep.Read != rep.Loaded {
		t.Fatalf("got\n%s%v", rep, g.rejects)
	}
	tab := g.tables[0]
	if tab.ClaimID.At(0) != "A-1" || tab.ClaimID.At(1) != "B-2" || tab.Person.At(1) != "P2" || tab.Hospital.At(0) != "1456" ||
		tab.Hospital.At(1) != "REDACTED" || tab.Scheme.At(0) != "employee" || tab.Scheme.At(1) != "resident" {
		t.Errorf("texts are wrong: %+v", tab)
	}
	if tab.Admission[0] != claims.DateOf(2025, 12, 29) || tab.Settlement[1] != claims.DateOf(2025, 12, 30) || tab.Discharge != nil {
		t.Errorf("dates are wrong: %v %v", tab.Admission, tab.Settlement)
	}
	if !slices.Equal(tab.FirstPay, []money.Fen{500, 0}) || !slices.Equal(tab.HasFirstPay, []bool{true, false}) || tab.BookedFund != nil {
		t.Errorf("first pay %v %v", tab.FirstPay, tab.HasFirstPay)
	}
	if !slices.Equal(tab.Age, []int16{70, claims.AgeUnknown}) || !slices.Equal(tab.Retired, []bool{true, false}) {
		t.Errorf("age %v, retired %v", tab.Age, tab.Retired)
	}
	want := []region.Hospital{
		{ID: "1456", Name: "甲医院", County: "S,", Tier: region.Tertiary, Score: region.NoScore},
		{ID: "REDACTED", County: "S", Tier: region.Secondary, Score: region.NoScore},
	}
	if !reflect.DeepEqual(rep.Hospitals, want) {
		t.Errorf("got %+v", rep.Hospitals)
	}
	if c := rep.Controls[0]; c != (Control{"drugs", 2, 100150, 0}) {
		t.Errorf("got %+v", c)
	}
}

// Bad rows become rejects with their place and money; the counts close.
func TestRejects(t *testing.T) {
	rep, g := readText(t, parse(t, small), smallHeader+
		"A,P1,H,310,2025,2,31-Dec-2025,1000,0,10,,,,,,\n"+ // fine: 1020
		"B,,H,310,2025,2,31-Dec-2025,1,0,0,,,,,,\n"+ // no person: 1
		"C,P1,H,310,2025,2,31-Dec-2025,\"1,0\",0,0,,,,,,\n"+ // money form
		"D,P1,H\n"+
		"E,P1,H,310,2025,,31-Feb-2025,,0,0,x,151,y,,,\n")
	if rep.Read != (claims.Count{Rows: 5, Fen: 102100, Unknown: 3}) || rep.Loaded != (claims.Count{Rows: 1, Fen: 102000}) || rep.Rejected != (claims.Count{Rows: 4, Fen: 100, Unknown: 3}) {
		t.Errorf("got\n%s", rep)
	}
	if c := rep.Controls[0]; c != (Control{"drugs", 2, 100100, 3}) {
		t.Errorf("got %+v", c)
	}
	type short struct {
		row          int64
		column, code string
	}
	var got []short
	for _, r := range g.rejects {
		for _, f := range r.Findings {
			got = append(got, short{f.Row, f.Column, f.Code})
			if f.File != "a.csv" || f.Row != r.Row || f.Severity != claims.Reject || f.Message == "" {
				t.Errorf("got %+v", f)
			}
		}
	}
	want := []short{{2, "person_id", "blank"}, {3, "gross", "form"}, {4, "", "row_form"},
		{5, "admission_date", "blank"}, {5, "settlement_date", "form"}, {5, "gross", "blank"}, {5, "first_pay", "form"}, {5, "retired", "form"}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	if g.rejects[1].Cells[claims.ColGross] != "1,0 + 0 + 0 x 2" || g.rejects[0].Findings[0].Gross != 100 || !g.rejects[0].Findings[0].GrossKnown {
		t.Errorf("got %q, %+v", g.rejects[1].Cells[claims.ColGross], g.rejects[0].Findings[0])
	}
	if rep.Codes["form"] != (claims.Count{Rows: 2, Unknown: 2}) || rep.Codes["blank"] != (claims.Count{Rows: 2, Fen: 100, Unknown: 1}) {
		t.Errorf("got %v", rep.Codes)
	}
	if m := g.rejects[2].Findings[0].Message; m != "line 5: the row has 3 cells, the header has 16" {
		t.Errorf("got %s", m)
	}
}

// Amounts and dates that no claim can have are out of range.
func TestRange(t *testing.T) {
	_, g := readText(t, parse(t, small), smallHeader+
		"A,P1,H,310,2025,2,31-Dec-2025,10000000000.01,0,0,,,,,,\n"+
		"B,P1,H,310,2025,2,31-Dec-2200,1,0,0,,,,,,\n"+
		"C,P1,"+strings.Repeat("x", claims.MaxID+1)+",310,2025,2,31-Dec-2025,1,0,0,,99x,,,,\n"+
		"D,P\x01,H,310,2025,2,31-Dec-2025,1,0,0,,,,,,\n")
	var got []string
	for _, r := range g.rejects {
		for _, f := range r.Findings {
			got = append(got, f.Column+" "+f.Code+" "+f.Message)
		}
	}
	want := []string{"gross range amount 10000000000.01 is beyond 10000000000.00 currency units",
		"settlement_date range date 2200-12-31 is outside 1900-01-01 to 2199-12-31",
		"hospital_id range the text has 1001 bytes, at most 1000 are allowed", `person_id form "P\x01" holds a control character`}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestSeveralInputs(t *testing.T) {
	line := "A,P1,H,310,2025,2,31-Dec-2025,1,0,0,,,,,,\n"
	rep, g := readText(t, parse(t, small), smallHeader+line+line, "\ufeff"+strings.ReplaceAll(smallHeader+line, "\n", "\r\n"))
	if rep.Read.Rows != 3 || len(rep.Files) != 2 || rep.Files[1].Read.Rows != 1 {
		t.Errorf("got %+v", rep.Files)
	}
	if id := g.tables[0].ClaimID.At(2); id != "A-3" {
		t.Errorf("the third row has the id %s", id)
	}
}

func TestHeaderErrors(t *testing.T) {
	m := parse(t, small)
	for _, c := range []struct{ text, want string }{
		{"", "x.csv: the file is empty; a header is needed"},
		{strings.Replace(smallHeader, "DRUGS", "DRUG", 1), `x.csv:1: column "DRUGS", which m.yaml:14 asks for, is not in the header; nearest is "DRUG"`},
		{strings.Replace(smallHeader, "UNUSED", "DRUGS", 1), `x.csv:1: column "DRUGS", which m.yaml:14 asks for, is repeated in the header`},
		{"a\"b\n", `x.csv:1: the header cannot be read: a quote stands inside a cell that is not quoted`},
	} {
		err := NewReader(m, (&gathered{}).sink()).Read(context.Background(), "x.csv", strings.NewReader(c.text))
		if err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	if _, err := m.bind([][]byte{[]byte(" x "), nil, nil}); err == nil {
		t.Error("columns are missing and were found")
	}
}

func TestUnknownTier(t *testing.T) {
	r := NewReader(parse(t, small), (&gathered{}).sink())
	text := smallHeader + "A,P1,H,310,2025,2,31-Dec-2025,1,0,0,,,,,4,\n"
	if err := r.Read(context.Background(), "x.csv", strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Close(); err == nil || !strings.HasPrefix(err.Error(), `m.yaml:21: hospital "H": tier "4" is none of village`) {
		t.Errorf("got %v", err)
	}
}

func TestParseErrors(t *testing.T) {
	replace := func(old, new string) string {
		if !strings.Contains(small, old) {
			t.Fatalf("no %q in the sample", old)
		}
		return strings.Replace(small, old, new, 1)
	}
	for _, c := range []struct{ text, want string }{
		{"", "m.yaml: the file is empty; keys are title, delimiter, money, dates, controls, columns, hospitals"},
		{"- a\n", "m.yaml:1: the mapping must be a map of key: value"},
		{replace("title", "titel"), `m.yaml:1: unknown key "titel" of the mapping; keys are title, delimiter, money, dates, controls, columns, hospitals; nearest is "title"`},
		{replace("dates:", "title: x\ndates:"), `m.yaml:3: key "title" of the mapping is repeated, it stands in line 1 already`},
		{replace("  age:", "  agee:"), `m.yaml:16: unknown key "agee" of columns; keys are claim_id,`},
		{replace("  person_id: PERSON\n", ""), `m.yaml:7: column "person_id" of the claims table is required and not mapped (id of the insured person)`},
		{replace("PERSON", "{colum: PERSON}"), `m.yaml:8: unknown key "colum" of an expression; keys are column, text, row, concat, sum, product, year, strip, strip_end, substring, words, default, format, minus; nearest is "column"`},
		{replace("PERSON", "{column: PERSON, text: x}"), `m.yaml:8: an expression has "column" and "text"; it takes one of column, text, row, concat, sum, product, year`},
		{replace("PERSON", "{strip: [x]}"), `m.yaml:8: an expression needs one of column, text, row, concat, sum, product, year`},
		{replace("PERSON", "{sum: [A, B]}"), `m.yaml:8: sum is for columns of money only`},
		{replace("PERSON", "{product: [A, B]}"), `m.yaml:8: product is for columns of money only`},
		{replace("[RATE, DAYS]", "[RATE]"), `m.yaml:14: product takes an amount and a whole number, not 1 elements`},
		{replace("PERSON", "{year: A}"), `m.yaml:8: year is for columns of dates only`},
		{replace("PERSON", "{column: A, minus: B}"), `m.yaml:8: minus is for columns of dates only`},
		{replace("PERSON", "{column: A, format: YYYYMMDD}"), `m.yaml:8: format is for columns of dates only, and not together with year`},
		{replace("PERSON", "{row: yes}"), `m.yaml:8: row takes the value true`},
		{replace("PERSON", "{text: x, default: y}"), `m.yaml:8: default cannot change a constant or a row number`},
		{replace("PERSON", ""), `m.yaml:8: an expression must be one value`},
		{replace("PERSON", `""`), `m.yaml:8: the column's name is empty; a column without a header is "column 1" by its place`},
		{replace("PERSON", "{concat: []}"), `m.yaml:8: concat must be a list of at least one element`},
		{replace("DD-Mon-YYYY", "DD-YYYY"), `m.yaml:13: date format "DD-YYYY" does not have year (YYYY), month (MM, M or Mon) and day (DD or D) once each`},
		{replace("from: 1, length: 2", "from: 1"), `m.yaml:16: substring needs a length in characters`},
		{replace("from: 1, length: 2", "from: 0, length: 1"), `m.yaml:16: from "0" is not a whole number from 1 to 10000`},
		{replace(`thousands: ","`, `thousands: "x"`), `m.yaml:2: thousands "x" is none of ",", ".", " ", "'"`},
		{replace(`thousands: ","`, `thousands: "."`), `m.yaml:2: thousands and decimal are the same character`},
		{replace(`thousands: ","`, `unit: cent`), `m.yaml:2: unit "cent" is neither yuan (whole currency units with decimals) nor fen (hundredths)`},
		{small + "---\ntitle: b\n", `m.yaml: the file has more than one document`},
		{"title: [\n", `m.yaml: line`},
		{"a: &x {b: *x}\n", `m.yaml`},
		{replace("{text: inpatient}", "{text: inpatent}"), `m.yaml:11: column "setting": "inpatent" is none of inpatient, outpatient, chronic, internet, bedday; nearest is "inpatient"`},
		{replace(`"Y": "true"`, `"Y": "yes"`), `m.yaml:17: column "retired": "yes" is neither true nor false`},
		{replace("age: {column: AGE,", "age: {column: AGE, default: old,"), `m.yaml:16: column "age": "old" is not a whole number`},
		{replace("first_pay: FIRST", "first_pay: {column: FIRST, default: none}"), `m.yaml:15: column "first_pay": `},
		{replace("DD-Mon-YYYY}", "DD-Mon-YYYY, default: 2025-01-01}"), `m.yaml:13: column "settlement_date": `},
		{replace("{year: YEAR, minus: DAYS}", "{year: YEAR, default: someday}"), `m.yaml:12: column "admission_date": "someday" is not a year`},
		{replace("[RATE, DAYS]}]}", "[RATE, DAYS]}], default: \"0\"}"), `m.yaml:14: default cannot change a sum or product; put it at a term`},
	} {
		_, err := Parse("m.yaml", []byte(c.text))
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// The mappings that the project ships are read, and name each column that they fill.
func TestShipped(t *testing.T) {
	for _, name := range []string{"synpuf", "sparcs-2016", "sparcs-heart-failure"} {
		m := shipped(t, name)
		for _, c := range []claims.Column{claims.ColAdmissionDate, claims.ColDischargeDate, claims.ColDRGCode} {
			if !m.Has(c) {
				t.Errorf("%s does not fill %s", name, claims.Schema[c].Name)
			}
		}
		if m.Title == "" || len(m.controls) == 0 {
			t.Errorf("%s has no title or control", name)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("columns: {claim_id: {concat: [A, {text: x}]}}"))
	f.Add([]byte("columns: &a {claim_id: *a}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Parse("m.yaml", b)
		if err != nil {
			return
		}
		var header []string
		for _, s := range m.sources {
			header = append(header, `"`+strings.ReplaceAll(s.name, `"`, `""`)+`"`)
		}
		text := strings.Join(header, string(m.comma)) + "\n" + strings.Repeat("1"+string(m.comma), max(len(header)-1, 0)) + "1\n"
		r := NewReader(m, (&gathered{}).sink())
		if err := r.Read(context.Background(), "x.csv", strings.NewReader(text)); err == nil {
			_, _ = r.Close()
		}
	})
}
