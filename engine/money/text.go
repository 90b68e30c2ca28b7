package money

import (
	"fmt"
	"strings"
)

// ParseFen reads an exact amount in currency units, such as "1234.5", "-0.05" or "1,234.50": at most two decimals (further
// zeros are allowed), optional thousands separators in their right places. "1.005" is an error and never rounded.
func ParseFen(s string) (Fen, error) {
	v, err := parseDecimal(s, 2)
	if err != nil {
		return 0, fmt.Errorf("amount %q: %w", s, err)
	}
	return Fen(v), nil
}

// ParseRatio reads an exact ratio as a factor ("0.85", "1.2") or as percent ("85%", "12.5%") or per mille ("5‰"), to a
// millionth.
func ParseRatio(s string) (Ratio, error) {
	t, places := s, 6
	if u, ok := strings.CutSuffix(t, "%"); ok {
		t, places = u, 4
	} else if u, ok := strings.CutSuffix(t, "‰"); ok {
		t, places = u, 3
	}
	v, err := parseDecimal(strings.TrimSpace(t), places)
	if err != nil {
		return 0, fmt.Errorf("ratio %q: %w", s, err)
	}
	return Ratio(v), nil
}

// ParsePoints reads exact points with at most six decimals.
func ParsePoints(s string) (Points, error) {
	v, err := parseDecimal(s, 6)
	if err != nil {
		return 0, fmt.Errorf("points %q: %w", s, err)
	}
	return Points(v), nil
}

// parseDecimal reads s as a decimal number scaled by 10^places.
func parseDecimal(s string, places int) (int64, error) {
	t := strings.TrimSpace(s)
	neg := false
	if len(t) > 0 && (t[0] == '-' || t[0] == '+') {
		neg = t[0] == '-'
		t = t[1:]
	}
	whole, frac, dot := strings.Cut(t, ".")
	if whole == "" && (!dot || frac == "") {
		return 0, fmt.Errorf("not a decimal number")
	}
	whole, ok := dropThousands(whole)
	if !ok {
		return 0, fmt.Errorf("thousands separators stand in the wrong places")
	}
	if len(frac) > places {
		if strings.Trim(frac[places:], "0") != "" {
			return 0, fmt.Errorf("more than %d decimals", places)
		}
		frac = frac[:places]
	}
	digits := whole + frac + strings.Repeat("0", places-len(frac))
	var v uint64
	for _, c := range []byte(digits) {
		if c < '0' || c > '9' {
			return 0, fmt.Errorf("not a decimal number")
		}
		if v > (1<<63)/10 {
			return 0, ErrOverflow
		}
		v = v*10 + uint64(c-'0')
	}
	return signed(v, neg)
}

// dropThousands removes commas that part groups of three digits.
func dropThousands(s string) (string, bool) {
	if !strings.Contains(s, ",") {
		return s, true
	}
	groups := strings.Split(s, ",")
	for i, g := range groups {
		if (i == 0 && (len(g) < 1 || len(g) > 3)) || (i > 0 && len(g) != 3) {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

// formatDecimal prints v, scaled by 10^places, with that many decimals.
func formatDecimal(v int64, places int) string {
	m := abs(v)
	s := fmt.Sprintf("%0*d", places+1, m)
	if places > 0 {
		s = s[:len(s)-places] + "." + s[len(s)-places:]
	}
	if v < 0 {
		return "-" + s
	}
	return s
}

// String prints the amount with two decimals and no separators: "-1234.50".
func (f Fen) String() string { return formatDecimal(int64(f), 2) }

// Grouped prints the amount with thousands separators, for tables: "-1,234.50".
func (f Fen) Grouped() string {
	s := f.String()
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	whole, frac, _ := strings.Cut(s, ".")
	var b strings.Builder
	b.WriteString(sign)
	for i, c := range []byte(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(c)
	}
	b.WriteByte('.')
	b.WriteString(frac)
	return b.String()
}

// String prints the ratio as a factor without trailing zeros: "0.85", "1".
func (r Ratio) String() string { return trimZeros(formatDecimal(int64(r), 6)) }

// Percent prints the ratio as percent without trailing zeros: "85%", "12.5%".
func (r Ratio) Percent() string { return trimZeros(formatDecimal(int64(r), 4)) + "%" }

// String prints the points without trailing zeros: "142.5".
func (p Points) String() string { return trimZeros(formatDecimal(int64(p), 6)) }

func trimZeros(s string) string {
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// ParseDecimal reads an exact decimal number as a whole number of 10^-places (0 to 18): weights and rates have finer
// units than the types above. Further zeros are allowed, further digits are an error.
func ParseDecimal(s string, places int) (int64, error) {
	v, err := parseDecimal(s, places)
	if err != nil {
		return 0, fmt.Errorf("number %q: %w", s, err)
	}
	return v, nil
}

// FormatDecimal prints a whole number of 10^-places without trailing zeros: the inverse of ParseDecimal.
func FormatDecimal(v int64, places int) string {
	s := formatDecimal(v, places)
	if places == 0 {
		return s
	}
	return trimZeros(s)
}
