package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/money"
)

// Kind names what a row of the journal records.
type Kind string

// The kinds of rows.
const (
	KindOpen   Kind = "open"
	KindClaim  Kind = "claim"
	KindRefuse Kind = "refuse"
	KindEntry  Kind = "entry"
	KindSeal   Kind = "seal"
	KindReopen Kind = "reopen"
	KindClear  Kind = "clear"
)

// Row is one row of the journal.
type Row struct {
	Seq   int64          `json:"seq"`
	Kind  Kind           `json:"kind"`
	Month calendar.Month `json:"month"`
	Body  string         `json:"body"`
	Hash  string         `json:"hash"`
}

// genesis stands for the hash of the row before the first.
var genesis = strings.Repeat("0", 2*sha256.Size)

// chain returns the hash of the row, given that of the row before it.
func (r *Row) chain(before string) string {
	h := sha256.New()
	// No field but the last can hold a line feed, so different rows never write the same bytes.
	for _, field := range []string{before, strconv.FormatInt(r.Seq, 10), string(r.Kind), strconv.Itoa(int(r.Month))} {
		h.Write([]byte(field))
		h.Write([]byte{'\n'})
	}
	h.Write([]byte(r.Body))
	return hex.EncodeToString(h.Sum(nil))
}

// Head is the end of the journal. Noted down elsewhere, it shows later that nothing was cut off.
type Head struct {
	Seq  int64
	Hash string
}

// Stamp says who did a step, and when.
type Stamp struct {
	By string `json:"by"`
	At string `json:"at"` // UTC, as 2026-04-09T08:30:00Z
}

// Input names one thing that decided the result of a step.
type Input struct {
	Role   string `json:"role"` // claims, reviews, policy, region, program, ...
	Name   string `json:"name"` // file or pack, without folders
	SHA256 string `json:"sha256"`
}

// RoleProgram is the role of the build of the program: kept for the record, and not held against a repeated step.
const RoleProgram = "program"

// Refusal is a row of a declaration that was not booked.
type Refusal struct {
	Seq      int64          `json:"-"`
	Month    calendar.Month `json:"-"`
	ClaimID  string         `json:"claim_id"`
	Person   string         `json:"person_id"`
	Hospital string         `json:"hospital_id"`
	Scheme   string         `json:"scheme"`
	Reason   string         `json:"reason"`
	Note     string         `json:"note"`
	Visits   int64          `json:"visits"` // 1, or -1 for a reversal
	Gross    money.Fen      `json:"gross"`
	Fund     money.Fen      `json:"fund"` // as declared; 0 when the declaration does not say
	File     string         `json:"file,omitempty"`
	Row      int64          `json:"row,omitempty"`
	Link     int64          `json:"link,omitempty"` // row of the journal that is the reason; 0 for none
}

// Seal closes a month or a year.
type Seal struct {
	Seq   int64          `json:"-"`
	Month calendar.Month `json:"-"` // December for a year
	Stamp
	Inputs  []Input `json:"inputs"`
	Results string  `json:"results"` // SHA-256 over the bodies of the rows that the step wrote
	Rows    int64   `json:"rows"`    // how many these were
	// Names are those that the hospitals in the books had, by id.
	Names map[string]string `json:"names,omitempty"`
}

// opening is the body of KindOpen and KindReopen.
type opening struct {
	Stamp
	Reason string `json:"reason,omitempty"`
}

// draft collects the rows of one step. Numbers are given out at once: the step holds the head of the journal.
type draft struct {
	head  Head
	rows  []Row
	years map[int]bool // to which entries and states of claims belong
	// hospitals are those of entries.
	hospitals map[string]bool
	err       error
}

// add appends a row and returns its number.
func (d *draft) add(kind Kind, month calendar.Month, body any) int64 {
	text, err := json.Marshal(body)
	if err != nil && d.err == nil {
		d.err = fmt.Errorf("writing a row of the journal (%s): %w", kind, err)
	}
	switch b := body.(type) {
	case Entry:
		d.touch(b.Origin)
		if d.hospitals == nil {
			d.hospitals = map[string]bool{}
		}
		d.hospitals[b.Hospital] = true
	case State:
		d.touch(b.Origin)
	}
	d.rows = append(d.rows, Row{Seq: d.next(), Kind: kind, Month: month, Body: string(text)})
	return d.rows[len(d.rows)-1].Seq
}

func (d *draft) touch(origin calendar.Month) {
	if d.years == nil {
		d.years = map[int]bool{}
	}
	d.years[origin.Year()] = true
}

// next returns the number that the next row gets.
func (d *draft) next() int64 { return d.head.Seq + int64(len(d.rows)) + 1 }

// names lists the hospitals of the entries of the step, by the names that they have now.
func (d *draft) names(name func(id string) string) map[string]string {
	out := map[string]string{}
	for id := range d.hospitals {
		if n := name(id); n != "" {
			out[id] = n
		}
	}
	return out
}

// results hashes what the step has written so far.
func (d *draft) results() string {
	h := sha256.New()
	for i := range d.rows {
		h.Write([]byte(d.rows[i].Body))
		h.Write([]byte{'\n'})
	}
	return hex.EncodeToString(h.Sum(nil))
}
