package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// million is the scale of points and coefficients.
const million = 1_000_000

// A site is a hospital. Its number is that of the claims.
type site struct {
	id    string
	place int // in the region's list, which settles ties
	tier  int // 0 primary, 1 secondary, 2 tertiary
	// weights are the hospital's coefficient: as it is, and bounded.
	weights [2]int64
}

// A priced is a group with a price. Its number is that of the claims.
type priced struct {
	base, mean int64
	// over is from how many times the mean on a cost is high.
	over      int64
	low, high int64
	same      [2]bool // 同病同价 by the two lists
}

// A region is what the small files tell, by the numbers of the claims.
type region struct {
	sites     []site
	schemes   []string
	groups    []priced // base 0: without price; the last is for claims without group
	settled   []int64  // last year's final settlement by scheme
	reference int64
	// from turns a number of referred_from into a hospital's, nowhere where no claim is of it.
	from []int32
}

const nowhere = -2

func readRegion(folder string, file *claimFile) (*region, error) {
	r := &region{schemes: file.words[scheme],
		sites: make([]site, len(file.words[hospital])), groups: make([]priced, len(file.words[group])+1),
		settled: make([]int64, len(file.words[scheme]))}
	hospitals := numbered(file.words[hospital])
	for _, id := range file.words[referredFrom] {
		n, known := hospitals[id]
		if !known {
			n = nowhere
		}
		r.from = append(r.from, int32(n))
	}
	for _, read := range []struct {
		file string
		row  func(at int, cell func(string) string) error
	}{
		{"hospitals.csv", func(at int, cell func(string) string) error { return r.addSite(hospitals, at, cell) }},
		{"groups.csv", r.groupReader(numbered(file.words[group]))},
		{"same-price-50.csv", r.listReader(0, numbered(file.words[group]))},
		{"same-price-100.csv", r.listReader(1, numbered(file.words[group]))},
		{"totals.csv", r.addTotal},
		{"reference.csv", func(_ int, cell func(string) string) (err error) {
			r.reference, err = units(cell("reference_mean"), 2)
			return err
		}},
	} {
		if err := eachRow(filepath.Join(folder, read.file), read.row); err != nil {
			return nil, fmt.Errorf("%s: %w", read.file, err)
		}
	}
	for h, s := range r.sites {
		if s.id == "" {
			return nil, fmt.Errorf("hospitals.csv lacks %s", file.words[hospital][h])
		}
	}
	return r, nil
}

func (r *region) addSite(numbers map[string]int, at int, cell func(string) string) error {
	h, known := numbers[cell("id")]
	if !known {
		return nil
	}
	s := site{id: cell("id"), place: at, tier: 2, weights: [2]int64{million, million}}
	switch cell("tier") {
	case "village", "community", "primary":
		s.tier = 0
	case "secondary":
		s.tier = 1
	}
	if text := cell("coefficient"); text != "" {
		k, err := units(text, 6)
		if err != nil {
			return err
		}
		s.weights[0] = k
	}
	s.weights[1] = min(max(s.weights[0], 850_000), 1_100_000)
	r.sites[h] = s
	return nil
}

func (r *region) groupReader(numbers map[string]int) func(int, func(string) string) error {
	return func(_ int, cell func(string) string) error {
		g, known := numbers[cell("code")]
		if !known || cell("base_points") == "" {
			return nil
		}
		base, err := units(cell("base_points"), 6)
		if err != nil {
			return err
		}
		mean, err := units(cell("mean_cost"), 2)
		if err != nil {
			return err
		}
		over := int64(2 * million)
		switch {
		case base <= 100*million:
			over = 3 * million
		case base <= 200*million:
			over = 5 * million / 2
		}
		r.groups[g] = priced{base: base, mean: mean, over: over, low: mean * 4 / 10, high: mean * over / million}
		return nil
	}
}

func (r *region) listReader(list int, numbers map[string]int) func(int, func(string) string) error {
	return func(_ int, cell func(string) string) error {
		if g, known := numbers[cell("code")]; known {
			r.groups[g].same[list] = true
		}
		return nil
	}
}

func (r *region) addTotal(_ int, cell func(string) string) (err error) {
	s := slices.Index(r.schemes, cell("scheme"))
	if s >= 0 && cell("year") == "2025" && cell("alliance") == "" && cell("name") == "final_settlement" {
		r.settled[s], err = units(cell("amount"), 2)
	}
	return err
}

func numbered(list []string) map[string]int {
	m := make(map[string]int, len(list))
	for i, id := range list {
		m[id] = i
	}
	return m
}

// eachRow gives each row of a CSV file with its number, counted from 0.
func eachRow(path string, row func(at int, cell func(string) string) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r := csv.NewReader(f)
	head, err := r.Read()
	if err != nil {
		return err
	}
	var cells []string
	cell := func(name string) string { return cells[slices.Index(head, name)] }
	r.ReuseRecord = true
	for at := 0; ; at++ {
		if cells, err = r.Read(); err == io.EOF {
			return nil
		}
		if err == nil {
			err = row(at, cell)
		}
		if err != nil {
			return fmt.Errorf("row %d: %w", at+1, err)
		}
	}
}

// units reads a decimal number as whole units of so many decimals.
func units(text string, decimals int) (int64, error) {
	whole, rest, _ := strings.Cut(text, ".")
	if len(rest) > decimals {
		return 0, fmt.Errorf("%s has more than %d decimals", text, decimals)
	}
	return strconv.ParseInt(whole+rest+strings.Repeat("0", decimals-len(rest)), 10, 64)
}
