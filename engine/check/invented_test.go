package check_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/drgsim/drgsim/engine/check"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/csvtable"
	"github.com/drgsim/drgsim/engine/invent"
	"github.com/drgsim/drgsim/engine/region"
)

// Every claim that the generator spoils is found under its fault, and no other claim is.
func TestInventedFaults(t *testing.T) {
	dir, ctx := filepath.Join(t.TempDir(), "demo"), context.Background()
	cfg := invent.Default()
	cfg.DirtyShare = 0.1
	if _, err := invent.Write(ctx, dir, cfg, nil); err != nil {
		t.Fatal(err)
	}
	reg, err := region.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, invent.GroupsFile))
	if err != nil {
		t.Fatal(err)
	}
	_, groups, _, err := csvtable.Records(invent.GroupsFile, text)
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, g := range groups {
		codes = append(codes, g[0])
	}
	found := map[string]bool{} // "row code"
	note := func(f claims.Finding) {
		if f.Code != "crosses_year" { // stays do so without any fault
			found[fmt.Sprintf("%d %s", f.Row, f.Code)] = true
		}
	}
	tab, _, err := claims.ReadFile(ctx, filepath.Join(dir, invent.ClaimsFile), claims.ReadOptions{Reject: func(r claims.RejectedRow) error {
		for _, f := range r.Findings {
			note(f)
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	rep, err := check.Table(tab, reg, check.Options{Limit: -1, GroupCodes: codes})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range rep.Findings {
		note(f)
	}
	f, err := os.Open(filepath.Join(dir, invent.DirtyFile))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	spoilt, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	faults := map[string]int{}
	for _, s := range spoilt[1:] {
		code := s[3]
		switch code {
		case "implausible_age":
			code = claims.CodeRange
		case "missing_hospital":
			code = claims.CodeBlank
		}
		faults[s[3]]++
		if !found[s[1]+" "+code] {
			t.Errorf("row %s, claim %s: %s was not found", s[1], s[2], s[3])
		}
		delete(found, s[1]+" "+code)
	}
	for f := range found {
		t.Errorf("found and not spoilt: row %s", f)
	}
	if len(faults) != len(invent.FaultNames()) {
		t.Errorf("faults that occur: %v", faults)
	}
}
