// Export writes claims as CSV of whole numbers for the other engines of the comparison: ids as codes, money in fen, dates as
// days since 1970-01-01. hospitals.codes.csv and groups.codes.csv, beside it, tell what the codes stand for.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/drgsim/drgsim/engine/claims"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: go run ./testdata/bench/export CLAIMS.arrow FOLDER")
		os.Exit(2)
	}
	if err := export(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "export:", err)
		os.Exit(1)
	}
}

func export(from, dir string) error {
	t, _, err := claims.ReadFile(context.Background(), from, claims.ReadOptions{})
	if err != nil {
		return err
	}
	defer t.Release()
	for name, list := range map[string]claims.Text{"hospitals": t.Hospital.Values, "groups": t.Group.Values, "schemes": t.Scheme.Values} {
		if err := write(filepath.Join(dir, name+".codes.csv"), func(w *bufio.Writer) error { return names(w, list) }); err != nil {
			return err
		}
	}
	return write(filepath.Join(dir, "claims.csv"), func(w *bufio.Writer) error { return rows(w, t) })
}

func names(w *bufio.Writer, list claims.Text) error {
	if _, err := w.WriteString("code,id\n"); err != nil {
		return err
	}
	for i := range list.Len() {
		if _, err := fmt.Fprintf(w, "%d,%s\n", i, list.At(i)); err != nil {
			return err
		}
	}
	return nil
}

// rows writes the claims in the order of the file. Claim ids of invented data are numbers of one length, so that their order as
// numbers is that of their texts.
func rows(w *bufio.Writer, t *claims.Table) error {
	if _, err := w.WriteString("claim,person,hospital,scheme,drg,admission,discharge,settlement,gross,non_covered,booked_fund,referral,referred_from\n"); err != nil {
		return err
	}
	var line []byte
	hospitals := codesOf(t.Hospital.Values)
	for i := range t.Rows {
		line = append(line[:0], t.ClaimID.At(i)...)
		from, referral := claims.NoCode, claims.NoReferral
		if t.From.Codes != nil {
			from = t.From.Codes[i]
		}
		if t.Referral != nil {
			referral = t.Referral[i]
		}
		if from >= 0 {
			at, known := hospitals[t.From.Values.At(int(from))]
			if from = at; !known {
				from = unknownHospital
			}
		}
		for _, n := range []int64{
			int64(t.Person.Codes[i]), int64(t.Hospital.Codes[i]), int64(t.Scheme.Codes[i]), int64(t.Group.Codes[i]),
			int64(t.Admission[i]), int64(t.Discharge[i]), int64(t.Settlement[i]),
			int64(t.Gross[i]), int64(t.NonCovered[i]), int64(t.BookedFund[i]), int64(referral), int64(from),
		} {
			line = strconv.AppendInt(append(line, ','), n, 10)
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return nil
}

// unknownHospital is the code of a hospital that no claim was billed by.
const unknownHospital int32 = 9999

// codesOf numbers a list of texts.
func codesOf(list claims.Text) map[string]int32 {
	codes := make(map[string]int32, list.Len())
	for i := range list.Len() {
		codes[list.At(i)] = int32(i)
	}
	return codes
}

func write(path string, fill func(w *bufio.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	if err := fill(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}
