package grouptable

import (
	"bytes"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

const small = `DRG编码,DRG名称,RW,基础病组,一级医院系数,三级医院系数,一级医院支付标准,三级医院支付标准
AB19,肝移植,29.7,,0.75,1.2,210170.1938,336272.31
BQY,歧义组,,,0.75,1.2,,
DT13,中耳炎,0.4,是,1.02,1.02,3849.582,3849.582
EE11,据实,按项目据实支付,,0.75,1.2,,
DT13,另一个名字,0.5,,1,1,1,1
FF11,短行,1.0
,无编码,1.0,,,,,
`

// TestRead reads the faults that published tables have: each is a finding, and the first of two rows with one code counts.
func TestRead(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(small)
	if err != nil {
		t.Fatal(err)
	}
	var first []Row
	for _, text := range []string{small, "\ufeff" + strings.ReplaceAll(small, "\n", "\r\n"), gb} {
		table, err := Read("t.csv", strings.NewReader(text), nil)
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, f := range table.Findings {
			found = append(found, fmt.Sprintf("%d %s", f.Line, f.Code))
		}
		want := []string{"3 blank_weight", "5 text_weight", "6 duplicate", "7 short_row", "8 no_code"}
		if !slices.Equal(found, want) {
			t.Errorf("findings %v, want %v", found, want)
		}
		if len(table.Rows) != 5 || table.Read != 7 || table.Rows[2].Name != "中耳炎" || !table.Rows[2].SamePrice || table.Rows[3].WeightWord == "" {
			t.Errorf("rows %+v", table.Rows)
		}
		if first == nil {
			first = table.Rows
		} else if fmt.Sprint(first) == "" || len(first) != len(table.Rows) || first[0].Name != table.Rows[0].Name {
			t.Errorf("another encoding gives other rows")
		}
	}
}

// TestWrite: coefficients that differ by group have a row each, and amounts are in fen.
func TestWrite(t *testing.T) {
	table, err := Read("t.csv", strings.NewReader(small), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		write func(*bytes.Buffer) error
		want  string
	}{
		{func(b *bytes.Buffer) error { return table.WriteGroups(b) }, `code,name,weight,mean_cost,kind,stable,same_price,low_limit,high_limit,case_cap
AB19,肝移植,29.7,,,true,false,,,
BQY,歧义组,,,uncovered,true,false,,,
DT13,中耳炎,0.4,,base,true,true,,,
EE11,据实,,,no_weight,true,false,,,
FF11,短行,1,,,true,false,,,
`},
		{func(b *bytes.Buffer) error { return table.WriteStandards(b) }, `group,tier,scheme,standard
AB19,tertiary,,336272.31
DT13,tertiary,,3849.58
AB19,primary,,210170.19
DT13,primary,,3849.58
`},
		{func(b *bytes.Buffer) error { return table.WriteFits(b) }, `tier,scheme,same_price,rate,printed,standards,exact
primary,,false,9435.25,false,1,1
primary,,true,9435.25,false,1,1
tertiary,,false,9435.25,false,1,1
tertiary,,true,9435.25,false,1,1
`},
		{func(b *bytes.Buffer) error { return table.WriteFindings(b) }, `file,line,code,message
t.csv,3,blank_weight,the weight is blank
t.csv,5,text_weight,"the weight is the word ""按项目据实支付"""
t.csv,6,duplicate,"group DT13 stands already in line 4; that row counts, this one (另一个名字) is left out"
t.csv,7,short_row,"the row has 3 cells, the header has 8; the missing cells are read as blank"
t.csv,8,no_code,the row has no group code and is left out
`},
		{func(b *bytes.Buffer) error { return table.WriteRates(b) }, "group,tier,scheme,rate\n"},
	} {
		var b bytes.Buffer
		if err := c.write(&b); err != nil {
			t.Fatal(err)
		}
		if b.String() != c.want {
			t.Errorf("got\n%swant\n%s", &b, c.want)
		}
	}
}

func TestMapping(t *testing.T) {
	const text = "kode,vikt\nA,1.5\n"
	if _, err := Read("t.csv", strings.NewReader(text), nil); err == nil || !strings.Contains(err.Error(), "0 columns are the group code") {
		t.Errorf("unknown columns gave %v", err)
	}
	m, err := ReadMapping("m.yaml", []byte("columns:\n- {header: kode, role: code}\n- {header: vikt, role: weight}\n"))
	if err != nil {
		t.Fatal(err)
	}
	table, err := Read("t.csv", strings.NewReader(text), m)
	if err != nil || len(table.Rows) != 1 || table.Rows[0].Weight.String() != "1.5" {
		t.Errorf("%+v, %v", table, err)
	}
	m[0].Header = "kodd"
	if _, err := Read("t.csv", strings.NewReader(text), m); err == nil || !strings.Contains(err.Error(), `nearest is "kode"`) {
		t.Errorf("a column that is not there gave %v", err)
	}
	if _, err := ReadMapping("m.yaml", []byte("columns:\n- {header: kode, role: codex}\n")); err == nil || !strings.Contains(err.Error(), "m.yaml:2") {
		t.Errorf("an unknown role gave %v", err)
	}
}

// TestShortest: between 9435.2499 and 9435.2501 lies 9435.25, and between 0.1 and 0.3 lies 0.1.
func TestShortest(t *testing.T) {
	for _, c := range []struct{ low, high, want string }{
		{"9435.2499", "9435.2501", "9435.25"}, {"0.1", "0.3", "0.1"}, {"0.11", "0.3", "0.2"}, {"5", "6", "5"}, {"4.9", "5", "4.9"},
	} {
		low, _ := new(big.Rat).SetString(c.low)
		high, _ := new(big.Rat).SetString(c.high)
		if got := shortest(low, high).String(); got != c.want {
			t.Errorf("shortest decimal from %s to %s is %s, want %s", c.low, c.high, got, c.want)
		}
	}
}

// dataDir returns the folder of published tables beside the repository, or skips.
func dataDir(t *testing.T) string {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Skip("the repository's root was not found")
		}
		dir = up
	}
	dir = filepath.Join(filepath.Dir(dir), "shared", "data", "chs-drg-payment")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("published city tables are not here: shared/data/chs-drg-payment beside the repository")
	}
	return dir
}

func open(t *testing.T, dir, city string) *Table {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, city+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table, err := Read(city, f, nil)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// TestCities reads all published tables: none loses a row without a finding, and the standards of those whose rate is one
// constant come out to the printed precision.
func TestCities(t *testing.T) {
	dir := dataDir(t)
	files, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, f := range files {
		table := open(t, dir, strings.TrimSuffix(filepath.Base(f), ".csv"))
		rows += table.Read
		gone := 0
		for _, found := range table.Findings {
			if found.Code == Duplicate || found.Code == NoCode {
				gone++
			}
		}
		if table.Read != len(table.Rows)+gone {
			t.Errorf("%s: %d rows were read, %d are there and %d in findings", table.Name, table.Read, len(table.Rows), gone)
		}
		for _, c := range table.Columns {
			if c.Role == Ignored {
				t.Errorf("%s: column %q is not understood", table.Name, c.Header)
			}
		}
	}
	if len(files) == 21 && rows != 14201 {
		t.Errorf("%d rows in all tables, want 14201", rows)
	}
	for _, want := range []struct {
		city string
		fits []string
	}{
		{"临沂2022", []string{"tertiary employee 9865", "tertiary resident 9391", "secondary employee 9651", "secondary resident 8501"}},
		{"吉林2022", []string{"tertiary  9080.56"}},
		{"武汉2022", []string{"secondary employee 10618", "secondary resident 9800"}},
		{"西安2020", []string{"  11587.4"}},
		{"苏州2022", []string{"primary  9435.25", "primary same 9435.25", "secondary  9435.25", "secondary same 9435.25", "tertiary  9435.25", "tertiary same 9435.25"}},
		{"苏州2023", []string{"primary  8728.3", "primary same 8728.3", "secondary  8728.3", "secondary same 8728.3", "tertiary  8728.3", "tertiary same 8728.3"}},
		{"无锡2022", []string{"primary  7782", "primary same 7782", "secondary  9947", "secondary same 7782", "tertiary  13060", "tertiary same 7782"}},
	} {
		var got []string
		for _, f := range open(t, dir, want.city).Fits() {
			word := f.Scheme
			if f.SamePrice {
				word = "same"
			}
			got = append(got, fmt.Sprintf("%s %s %s", f.Tier, word, f.Rate))
			if f.Exact != f.Rows {
				t.Errorf("%s %s %s: %d of %d standards come out of rate %s", want.city, f.Tier, f.Scheme, f.Exact, f.Rows, f.Rate)
			}
		}
		if !slices.Equal(got, want.fits) {
			t.Errorf("%s: rates %q, want %q", want.city, got, want.fits)
		}
	}
}

// TestCityOddities: Jilin prints limits of 0.35 and 2 times the standard in all 625 groups, Yantai caps 26 groups.
func TestCityOddities(t *testing.T) {
	dir := dataDir(t)
	for _, r := range open(t, dir, "吉林2022").Rows {
		standard := new(big.Rat).Mul(r.Weight.Rat(), r.Rates[0].Value.Rat())
		for limit, times := range map[*Decimal]*big.Rat{r.LowLimit: big.NewRat(35, 100), r.HighLimit: big.NewRat(2, 1)} {
			if !limit.Is(times.Mul(times, standard)) {
				t.Errorf("%s: limit %s is not its multiple of %s", r.Code, limit, standard.FloatString(9))
			}
		}
	}
	capped, same := 0, 0
	for _, r := range open(t, dir, "烟台2023").Rows {
		if slices.Contains(r.Kinds, "capped") {
			capped++
		}
		if r.SamePrice {
			same++
		}
	}
	if capped != 26 || same != 23 {
		t.Errorf("Yantai has %d capped and %d same-rate groups, want 26 and 23", capped, same)
	}
	words := 0
	for _, f := range open(t, dir, "北京2022").Findings {
		if f.Code == TextWeight {
			words++
		}
	}
	if words != 49 {
		t.Errorf("Beijing has %d words for weights, want 49", words)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("DRG,RW\n\"A\n"))
	f.Add([]byte("\xff\xfe"))
	f.Add([]byte("DRG编码,RW,支付标准\nA,1,2\nA,1,2,3\nB,99999999999999999999,1e5\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		table, err := Read("t.csv", bytes.NewReader(text), nil)
		if err != nil {
			return
		}
		seen := map[string]bool{}
		for _, r := range table.Rows {
			if seen[r.Code] || r.Code == "" {
				t.Fatalf("group %q stands twice or has no code", r.Code)
			}
			seen[r.Code] = true
		}
		table.Fits()
		var b bytes.Buffer
		if err := table.WriteGroups(&b); err != nil {
			t.Fatal(err)
		}
	})
}
