package money_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/drgsim/drgsim/engine/money"
)

func TestParseFen(t *testing.T) {
	good := map[string]money.Fen{
		"0": 0, "12": 1200, "12.5": 1250, "12.50": 1250, "12.500": 1250, "-0.05": -5, ".5": 50, "7.": 700, "+3": 300,
		"3,466.83": 346_683, "1,234,567": 123_456_700, " 8.00 ": 800, "-92233720368547758.08": -1 << 63,
	}
	for s, want := range good {
		if got, err := money.ParseFen(s); err != nil || got != want {
			t.Errorf("ParseFen(%q) = %d, %v; want %d", s, got, err, want)
		}
	}
	for _, s := range []string{"", ".", "-", "1.005", "1e3", "12,34", ",123", "1,234,5", "0x10", "１２", "NaN", "92233720368547758.08", "1.2.3", "--1"} {
		if got, err := money.ParseFen(s); err == nil {
			t.Errorf("ParseFen(%q) = %d without an error", s, got)
		}
	}
}

func TestParseRatio(t *testing.T) {
	good := map[string]money.Ratio{"85%": 850_000, "0.85": 850_000, "1": 1_000_000, "12.5 %": 125_000, "5‰": 5_000, "0.000001": 1, "0.0001%": 1}
	for s, want := range good {
		if got, err := money.ParseRatio(s); err != nil || got != want {
			t.Errorf("ParseRatio(%q) = %d, %v; want %d", s, got, err, want)
		}
	}
	for _, s := range []string{"", "%", "0.0000001", "0.00001%", "85%%", "abc"} {
		if got, err := money.ParseRatio(s); err == nil {
			t.Errorf("ParseRatio(%q) = %d without an error", s, got)
		}
	}
}

func TestPrint(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{money.Fen(-5).String(), "-0.05"},
		{money.Fen(123_456_789).Grouped(), "1,234,567.89"},
		{money.Fen(-123_400).Grouped(), "-1,234.00"},
		{money.Fen(-1 << 63).String(), "-92233720368547758.08"},
		{money.Ratio(850_000).Percent(), "85%"},
		{money.Ratio(1_016_129).String(), "1.016129"},
		{money.Points(142_500_000).String(), "142.5"},
		{money.Points(100_000_000).String(), "100"},
		{money.HalfEven.String(), "half_even"},
	} {
		if c.got != c.want {
			t.Errorf("printed %q, want %q", c.got, c.want)
		}
	}
}

// TestTextRoundTrip prints and reads back amounts of every size.
func TestTextRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := money.Fen(rapid.Int64().Draw(t, "fen"))
		for _, s := range []string{f.String(), f.Grouped()} {
			if got, err := money.ParseFen(s); err != nil || got != f {
				t.Fatalf("%q reads as %d, %v", s, got, err)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"1,234.50", "-0.05", "85%", "5‰", "1e3", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if v, err := money.ParseFen(s); err == nil {
			if again, err := money.ParseFen(v.String()); err != nil || again != v {
				t.Errorf("%q reads as %d and prints as %s, which reads as %d, %v", s, v, v, again, err)
			}
		}
		if v, err := money.ParseRatio(s); err == nil {
			if again, err := money.ParseRatio(v.Percent()); err != nil || again != v {
				t.Errorf("%q reads as ratio %d and prints as %s, which reads as %d, %v", s, v, v.Percent(), again, err)
			}
		}
	})
}
