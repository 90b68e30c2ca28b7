package calibrate

import (
	"bytes"
	"math/big"
	"slices"
	"testing"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"pgregory.net/rapid"
)

func yuan(costs ...int64) []money.Fen {
	out := make([]money.Fen, len(costs))
	for i, c := range costs {
		out[i] = money.Fen(c * 100)
	}
	return out
}

// stays makes stays of one group and hospital in a year.
func stays(year, group, hospital int32, costs ...int64) []Stay {
	var out []Stay
	for i, c := range yuan(costs...) {
		out = append(out, Stay{Year: year, Group: group, Hospital: hospital, Person: int32(i), Days: 3, Cost: c})
	}
	return out
}

func plain(years ...YearWeight) Options {
	return Options{Years: years, Scale: 100, BaseDecimals: 4, MinCases: 5, MaxCV: money.One}
}

// TestTrims: of 1..9 and 100 the quartiles (inclusive) are 3.25 and 7.75, so IQR at 1.5 keeps -3.5 to 14.5.
func TestTrims(t *testing.T) {
	costs := yuan(1, 2, 3, 4, 5, 6, 7, 8, 9, 100)
	for _, c := range []struct {
		trim     string
		from, to int64
	}{
		{"none", 1, 100},
		{"iqr", 1, 9},
		{"iqr 1.5", 1, 9},
		{"iqr 0", 4, 7},
		{"multiples 0.4 3", 6, 9}, // the mean is 14.5: 5.8 to 43.5
		{"multiples 0.4 0", 6, 100},
		{"percentile 0.1 0.9", 2, 9}, // ranks 0.9 and 8.1: 1.9 and 18.1
		{"middle 0.1 0.2", 2, 8},
		{"middle 0.05 0.05", 1, 100}, // half a stay is none
	} {
		trim, err := ParseTrim(c.trim)
		if err != nil {
			t.Fatal(err)
		}
		kept := trim.keep(costs)
		if kept[0] != money.Fen(c.from*100) || kept[len(kept)-1] != money.Fen(c.to*100) {
			t.Errorf("%s keeps %s to %s, want %d to %d", c.trim, kept[0], kept[len(kept)-1], c.from, c.to)
		}
	}
	for _, bad := range []string{"", "iqrr", "iqr x", "middle 0.5 0.5", "percentile 0.9 0.1", "multiples 1", "none 3"} {
		if _, err := ParseTrim(bad); err == nil {
			t.Errorf("%q was read as a trim", bad)
		}
	}
}

// TestReadings: yearly means 100, 200, 400 with 1, 2 and 1 stays. 2:3:5 gives (200+600+2000)/10 = 280 of means and
// (2·100 + 3·400 + 5·400)/(2+6+5) = 261.54 of totals; without the middle year (2·100+5·400)/7 = 314.29 of means.
func TestReadings(t *testing.T) {
	years := []YearWeight{{2021, 2}, {2022, 3}, {2023, 5}}
	h := &History{Groups: []string{"A"}, Hospitals: []Hospital{{ID: "H"}}}
	h.Stays = slices.Concat(stays(2021, 0, 0, 100), stays(2022, 0, 0, 200, 200), stays(2023, 0, 0, 400))
	gap := *h
	gap.Stays = slices.Concat(stays(2021, 0, 0, 100), stays(2023, 0, 0, 400), stays(2019, 0, 0, 9999))
	for _, c := range []struct {
		h       *History
		reading Reading
		want    string
	}{{h, MeanOfMeans, "280.00"}, {h, WeightedTotals, "261.54"}, {&gap, MeanOfMeans, "314.29"}} {
		o := plain(years...)
		o.Reading = c.reading
		got, err := Calibrate(c.h, o)
		if err != nil {
			t.Fatal(err)
		}
		if got.Groups[0].Mean.String() != c.want || got.Mean.String() != c.want || got.Groups[0].Base.String() != "100" {
			t.Errorf("%s: mean %s, region %s, base %s, want %s and 100", ReadingNames[c.reading], got.Groups[0].Mean, got.Mean, got.Groups[0].Base, c.want)
		}
	}
}

// TestStability: costs 1, 1, 1, 1, 1, 1 and 21 have mean 27/7, sample variance 400/7 and CV 1.9598, so they are not stable; the
// second trim drops the dear one and leaves a CV of 0. Six equal stays are stable, five are not: more than 5 are needed.
func TestStability(t *testing.T) {
	h := &History{Groups: []string{"A", "B", "C"}, Hospitals: []Hospital{{ID: "H"}}}
	h.Stays = slices.Concat(stays(2023, 0, 0, 1, 1, 1, 1, 1, 1, 21), stays(2023, 1, 0, 5, 5, 5, 5, 5, 5), stays(2023, 2, 0, 5, 5, 5, 5, 5))
	o := plain(YearWeight{2023, 1})
	got, err := Calibrate(h, o)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		cv     string
		stable bool
	}{{"1.9598", false}, {"0", true}, {"0", false}} {
		if g := got.Groups[i]; g.CV.String() != want.cv || g.Stable != want.stable {
			t.Errorf("group %s: CV %s, stable %v, want %s, %v", g.Code, g.CV, g.Stable, want.cv, want.stable)
		}
	}
	o.Retest = Trim{Method: Middle, High: money.One / 5}
	if got, err = Calibrate(h, o); err != nil {
		t.Fatal(err)
	}
	if g := got.Groups[0]; !g.Stable || !g.Retested || g.Cases != 6 || g.Mean != 100 {
		t.Errorf("after the second trim: %+v", g)
	}
	if len(got.Trimmed) != 1 || got.Trimmed[0].Dropped != 1 || got.Trimmed[0].Cost != 2100 || got.Trimmed[0].Year != 0 {
		t.Errorf("trimmed: %+v, want one stay of 21.00", got.Trimmed)
	}
}

// TestBooked: of three stays of 100.00 two have a booked amount, 60.00 and 0.00. The third counts with its cost, and what its
// person paid is not known. Where none has an amount there are no totals.
func TestBooked(t *testing.T) {
	table := &claims.Table{Rows: 3, Gross: yuan(100, 100, 100), BookedFund: yuan(60, 0, 0), HasBookedFund: []bool{true, true, false},
		Settlement: slices.Repeat([]claims.Date{claims.DateOf(2025, 3, 1)}, 3)}
	for _, c := range []*claims.Coded{&table.Scheme, &table.Hospital} {
		c.Codes = []int32{0, 0, 0}
		c.Values.Append("resident")
	}
	got, err := Totals(table, nil)
	if err != nil || len(got.Totals) != 1 || got.Totals[0].Amount != 160_00 || got.Without != (claims.Count{Rows: 1, Fen: 100_00}) {
		t.Errorf("got %+v, %v; want a total of 160.00 and one claim of 100.00 without an amount", got, err)
	}
	h := FromTable(table, nil, nil, nil, func(string) string { return "" })
	for i, want := range yuan(40, 100, 0) {
		if h.Stays[i].Burden != want {
			t.Errorf("stay %d: burden %s, want %s", i+1, h.Stays[i].Burden, want)
		}
	}
	for _, none := range [][]bool{{false, false, false}, {false, false, true}} {
		table.HasBookedFund = none
		keep := []bool{true, true, false}
		if got, err = Totals(table, keep); err != nil || got.Totals != nil || got.Without.Rows != 2 {
			t.Errorf("got %+v, %v; want no totals and two claims without an amount", got, err)
		}
	}
}

// TestFactors: one group of mean 150; H1 (grade 3) costs 200 each, H2 (grade 2) costs 100 each. H2's two stays are of one
// person: 2 stays a head against a region of 4/3 gives 0.6667; H1 gives 1.3333.
func TestFactors(t *testing.T) {
	h := &History{Groups: []string{"A"}, Hospitals: []Hospital{{"H1", "3"}, {"H2", "2"}, {"H3", "2"}}}
	h.Stays = []Stay{
		{Year: 2023, Hospital: 0, Person: 1, Cost: 20_000, Burden: 5_000}, {Year: 2023, Hospital: 0, Person: 2, Cost: 20_000, Burden: 5_000},
		{Year: 2023, Hospital: 1, Person: 3, Cost: 10_000, Burden: 1_000}, {Year: 2023, Hospital: 1, Person: 3, Cost: 10_000, Burden: 1_000},
	}
	c, err := Calibrate(h, plain(YearWeight{2023, 1}))
	if err != nil {
		t.Fatal(err)
	}
	fs, err := c.Factors(FactorOptions{MinStays: 1, Low: 500_000, High: 1_300_000, Decimals: 4})
	if err != nil {
		t.Fatal(err)
	}
	// The region's burden is 12,000 / 60,000 = 0.2: H1 has 0.25 and 0.8, H2 0.1 and 2, cut to 1.3.
	var out bytes.Buffer
	if err := WriteFactors(&out, fs); err != nil {
		t.Fatal(err)
	}
	want := "hospital,grade,history,cmi,visits,burden\nH1,1.3,1.3,1,1.3,0.8\nH2,0.6667,0.6667,1,0.6667,1.3\nH3,0.6667,0.6667,1,1,1\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", &out, want)
	}
	if !fs[2].Fallback || fs[0].Clamped != 3 {
		t.Errorf("H3 must fall back on its grade and H1 be cut three times: %+v", fs)
	}
	cells := c.GroupCoefficients(FactorOptions{MinStays: 2, Decimals: 4})
	if len(cells) != 4 || cells[0].Value.String() != "1.3333" || cells[2].Grade != "2" || cells[2].Value.String() != "0.6667" {
		t.Errorf("coefficients by group: %+v", cells)
	}
}

// TestBedDays: 70 days for 31,500.00 are 450.00 a day, 4.5 points at a mean of 10,000.00; the mean is that of the other stays.
func TestBedDays(t *testing.T) {
	h := &History{Groups: []string{"A", "P"}, Hospitals: []Hospital{{ID: "H"}}, Stays: stays(2023, 0, 0, 10_000)}
	h.BedDays = []Stay{{Year: 2023, Group: 1, Days: 70, Cost: 3_150_000}, {Year: 2019, Group: 1, Days: 1, Cost: 1}}
	c, err := Calibrate(h, plain(YearWeight{2023, 1}))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := WriteGroups(&b, c.Groups, map[string]string{"P": "床日"}); err != nil {
		t.Fatal(err)
	}
	want := "code,name,cases,mean_cost,base_points,cv,stable,mean_days,kind,day_points\nA,,1,10000.00,100,,false,3,,\nP,床日,0,,,,true,,bedday,4.5\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", &b, want)
	}
}

// TestAdjust is the worked example of Adjust: 10 × 60 + 5 × 120 = 1,200 stays the total.
func TestAdjust(t *testing.T) {
	c := &Calibration{Options: plain(YearWeight{2023, 1})}
	c.Groups = []Group{{Code: "A", Cases: 10, Base: 60 * money.Point}, {Code: "B", Cases: 5, Base: 120 * money.Point}}
	a, err := c.Adjust(map[string]money.Points{"A": 90 * money.Point})
	if err != nil {
		t.Fatal(err)
	}
	if a.Groups[1].Base != 60*money.Point || a.Before != a.After || a.Scaled != money.One/2 {
		t.Errorf("adjusted: %+v", a)
	}
	for _, bad := range []map[string]money.Points{{"X": 1}, {"A": 121 * money.Point}, {"A": 1, "B": 1}, {"A": -1}} {
		if _, err := c.Adjust(bad); err == nil {
			t.Errorf("%v was accepted", bad)
		}
	}
}

// TestProperties: the order of stays does not matter, and every stay is counted: read = kept + dropped, whatever is drawn.
func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := &History{Groups: []string{"A", "B"}, Hospitals: []Hospital{{ID: "H1"}, {ID: "H2"}}}
		h.Stays = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Stay {
			return Stay{Year: rapid.Int32Range(2020, 2023).Draw(t, "year"), Group: rapid.Int32Range(-1, 1).Draw(t, "group"),
				Hospital: rapid.Int32Range(0, 1).Draw(t, "hospital"), Person: -1, Days: 1, Cost: money.Fen(rapid.Int64Range(1, 1_000_000_00).Draw(t, "cost"))}
		}), 1, 60).Draw(t, "stays")
		h.Stays = append(h.Stays, Stay{Year: 2023, Group: 0, Cost: 100})
		o := Defaults(2023)
		o.Pooled = rapid.Bool().Draw(t, "pooled")
		o.Reading = Reading(rapid.IntRange(0, 1).Draw(t, "reading"))
		first, err := Calibrate(h, o)
		if err != nil {
			t.Fatal(err)
		}
		dropped := int64(0)
		for _, d := range first.Trimmed {
			dropped += d.Dropped
		}
		if first.Stays+dropped != first.Read || first.Read+first.OffYear != int64(len(h.Stays)) {
			t.Fatalf("kept %d + dropped %d + other years %d are not the %d stays", first.Stays, dropped, first.OffYear, len(h.Stays))
		}
		slices.Reverse(h.Stays)
		second, err := Calibrate(h, o)
		if err != nil {
			t.Fatal(err)
		}
		var a, b bytes.Buffer
		if err := WriteGroups(&a, first.Groups, nil); err != nil {
			t.Fatal(err)
		}
		if err := WriteGroups(&b, second.Groups, nil); err != nil {
			t.Fatal(err)
		}
		if a.String() != b.String() {
			t.Fatalf("the order of stays changes the table:\n%s\n%s", &a, &b)
		}
	})
}

// TestRoundedLong compares the way for long fractions with the short one.
func TestRoundedLong(t *testing.T) {
	for num := int64(-25); num <= 25; num++ {
		for round := money.HalfUp; round <= money.Ceil; round++ {
			v := big.NewRat(num, 10)
			short, _ := rounded(v, round)
			if long, err := roundedLong(v, round); err != nil || long != short {
				t.Errorf("%s %s: %d, want %d (%v)", v, round, long, short, err)
			}
		}
	}
}
