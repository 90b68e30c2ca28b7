package reconcile

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/csvtable"
	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/money"
)

// Statement results (对账结果). The interface's own dictionary was not found; one implementation takes 000000 as matched, and the
// others are those that are in use beside it. Matched is also read from "0" and from a blank.
const (
	ResultMatched    = "000000"
	ResultOnlyOurs   = "101" // 中心多
	ResultOnlyTheirs = "102" // 医药机构多
	ResultDiffers    = "103" // 数据不一致
)

// Totals is a row of form 3201, the reconciliation of totals (医药机构费用结算对总账). Refunds count with negative amounts. A scheme,
// class or day that is not told is blank, and then parts no totals.
type Totals struct {
	Scheme, Class string // insutype, clr_type
	Agency        string // setl_optins
	Begin, End    claims.Date
	Refund        bool // a row of refunds alone
	Netted        bool // there is no flag: refunds and visits are added up
	Amount        [Amounts]money.Fen
	Absent        [Amounts]bool // not told; the amount is zero and is not compared
	Rows          int64         // fixmedins_setl_cnt
	Result, Note  string
}

// totalsColumns are the form's field names.
var totalsColumns = []string{"insutype", "clr_type", "setl_optins", "stmt_begndate", "stmt_enddate", "refd_setl_flag", "medfee_sumamt",
	"fund_pay_sumamt", "acct_pay", "fixmedins_setl_cnt", "stmt_rslt", "stmt_rslt_dscr"}

// TotalsOf adds up a list of one month as form 3201.
func TotalsOf(ctx context.Context, src Source, month calendar.Month, agency string) ([]Totals, error) {
	type key struct {
		scheme, class string
		refund        bool
	}
	sums := map[key]*Total{}
	err := src.Each(ctx, func(r *Record) error {
		if month != 0 && r.Month() != month {
			return nil
		}
		k := key{r.Scheme, ClearingClass(r.Class), r.Refund}
		if sums[k] == nil {
			sums[k] = &Total{}
		}
		return sums[k].add(r, 1)
	})
	if err != nil {
		return nil, err
	}
	var out []Totals
	has := src.Fields()
	for k, t := range sums {
		row := Totals{Scheme: k.scheme, Class: k.class, Agency: agency, Refund: k.refund, Amount: t.Amount, Rows: t.Rows, Begin: claims.NoDate, End: claims.NoDate}
		row.Absent[Fund], row.Absent[Account] = !has.Amount[Fund], !has.Amount[Account]
		if month != 0 {
			row.Begin, row.End = month.First(), month.Last()
		}
		out = append(out, row)
	}
	slices.SortFunc(out, (Totals).compare)
	return out, nil
}

func (t Totals) compare(o Totals) int {
	return cmp.Or(strings.Compare(t.Scheme, o.Scheme), strings.Compare(t.Class, o.Class), cmp.Compare(t.Begin, o.Begin), cmp.Compare(t.End, o.End),
		compareBool(t.Refund, o.Refund))
}

// totalsKeys tells by what two forms part their totals: all that both tell.
type totalsKeys struct{ scheme, class, refund, days bool }

func (k totalsKeys) and(o totalsKeys) totalsKeys {
	return totalsKeys{k.scheme && o.scheme, k.class && o.class, k.refund && o.refund, k.days && o.days}
}

func keysOf(rows []Totals) totalsKeys {
	k := totalsKeys{refund: true}
	for i := range rows {
		t := &rows[i]
		k.scheme, k.class, k.days = k.scheme || t.Scheme != "", k.class || t.Class != "", k.days || t.Begin != claims.NoDate
		k.refund = k.refund && !t.Netted
	}
	if len(rows) == 0 {
		return totalsKeys{true, true, true, true}
	}
	return k
}

// fold adds up the rows that the keys do not tell apart, and sorts them.
func fold(rows []Totals, k totalsKeys) ([]Totals, error) {
	var out []Totals
	for _, t := range rows {
		if !k.scheme {
			t.Scheme = ""
		}
		if !k.class {
			t.Class = ""
		}
		if !k.refund {
			t.Refund, t.Netted = false, true
		}
		if !k.days {
			t.Begin, t.End = claims.NoDate, claims.NoDate
		}
		at := slices.IndexFunc(out, func(o Totals) bool { return o.compare(t) == 0 })
		if at < 0 {
			out = append(out, t)
			continue
		}
		o := &out[at]
		o.Rows += t.Rows
		for i := range o.Amount {
			var err error
			if o.Amount[i], err = money.Add(o.Amount[i], t.Amount[i]); err != nil {
				return nil, fmt.Errorf("form 3201: adding up %s: %w", AmountNames[i], err)
			}
			o.Absent[i] = o.Absent[i] || t.Absent[i]
		}
		if o.Agency != t.Agency {
			o.Agency = ""
		}
	}
	slices.SortFunc(out, (Totals).compare)
	return out, nil
}

// CompareTotals fills in the results of the first form by holding it against the second, and adds rows that it lacks. Totals that one
// side parts finer than the other are added up first.
func CompareTotals(ours, theirs []Totals) ([]Totals, error) {
	k := keysOf(ours).and(keysOf(theirs))
	out, err := fold(ours, k)
	if err != nil {
		return nil, err
	}
	if theirs, err = fold(theirs, k); err != nil {
		return nil, err
	}
	met := make([]bool, len(theirs))
	for i := range out {
		o := &out[i]
		at := slices.IndexFunc(theirs, func(t Totals) bool { return t.compare(*o) == 0 })
		if at < 0 {
			o.Result, o.Note = ResultOnlyOurs, "the other side has no such total"
			continue
		}
		met[at] = true
		o.Result, o.Note = ResultMatched, o.difference(&theirs[at])
		if o.Note != "" {
			o.Result = ResultDiffers
		}
	}
	for j, t := range theirs {
		if !met[j] {
			t.Result, t.Note = ResultOnlyTheirs, "we have no such total"
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, (Totals).compare)
	return out, nil
}

// difference says how another row's numbers differ, in one sentence; nothing when they do not.
func (t *Totals) difference(o *Totals) string {
	var parts []string
	if t.Rows != o.Rows {
		parts = append(parts, fmt.Sprintf("rows %d and %d", t.Rows, o.Rows))
	}
	for i := range Cash { // the form has no cash
		if !t.Absent[i] && !o.Absent[i] && t.Amount[i] != o.Amount[i] {
			parts = append(parts, fmt.Sprintf("%s %s and %s", AmountNames[i], t.Amount[i], o.Amount[i]))
		}
	}
	return strings.Join(parts, "; ")
}

// schemeCode gives the interface's code of a scheme, where it has one.
func schemeCode(scheme string) string {
	for code, s := range schemes {
		if s == scheme {
			return code
		}
	}
	return scheme
}

func (t *Totals) cells() []string {
	refund := "0"
	switch {
	case t.Netted:
		refund = ""
	case t.Refund:
		refund = "1"
	}
	out := []string{schemeCode(t.Scheme), t.Class, t.Agency, t.Begin.String(), t.End.String(), refund, t.Amount[Gross].String(),
		"", "", strconv.FormatInt(t.Rows, 10), t.Result, t.Note}
	for at, amount := range map[int]int{7: Fund, 8: Account} {
		if !t.Absent[amount] {
			out[at] = t.Amount[amount].String()
		}
	}
	return out
}

// WriteTotals writes form 3201 as CSV, or as a JSON array of objects of text.
func WriteTotals(w io.Writer, rows []Totals, asJSON bool) error {
	return writeForm(w, totalsColumns, len(rows), func(i int) []string { return rows[i].cells() }, asJSON)
}

func writeForm(w io.Writer, columns []string, n int, row func(int) []string, asJSON bool) error {
	if asJSON {
		list := make([]map[string]string, n)
		for i := range list {
			list[i] = map[string]string{}
			for k, cell := range row(i) {
				list[i][columns[k]] = cell
			}
		}
		text, err := json.MarshalIndent(list, "", " ")
		if err != nil {
			return err
		}
		_, err = w.Write(append(text, '\n'))
		return err
	}
	out := csv.NewWriter(w)
	if err := out.Write(columns); err != nil {
		return err
	}
	for i := range n {
		if err := out.Write(row(i)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// OpenTotals reads form 3201 from a file: CSV, a JSON array of objects, or the first sheet of a workbook.
func OpenTotals(ctx context.Context, path string) ([]Totals, error) {
	rows := csvRows
	switch strings.ToLower(filepath.Ext(path)) {
	case ".json":
		rows = jsonRows
	case ".xlsx":
		rows = workbookRows
	}
	var text bytes.Buffer
	out := csv.NewWriter(&text)
	width := 0
	err := rows(ctx, path, func(_ int64, cells []string) error {
		// A workbook leaves out the blank cells at the end of a row.
		width = max(width, len(cells))
		return out.Write(append(slices.Clone(cells), make([]string, width-len(cells))...))
	})
	if err != nil {
		return nil, err
	}
	if out.Flush(); out.Error() != nil {
		return nil, out.Error()
	}
	return ReadTotals(path, &text)
}

// ReadTotals reads form 3201 from CSV.
func ReadTotals(name string, r io.Reader) ([]Totals, error) {
	t, err := csvtable.Read(name, r, csvtable.Need("medfee_sumamt", "fixmedins_setl_cnt").
		May("insutype", "clr_type", "setl_optins", "stmt_begndate", "stmt_enddate", "refd_setl_flag", "fund_pay_sumamt", "acct_pay", "stmt_rslt", "stmt_rslt_dscr"))
	if err != nil {
		return nil, err
	}
	var out []Totals
	for row := range t.Rows() {
		refund := row.Word("refd_setl_flag", []string{"0", "1"})
		out = append(out, Totals{
			Scheme: schemeOf(row.Text("insutype")), Class: row.Text("clr_type"), Agency: row.Text("setl_optins"), Begin: row.Date("stmt_begndate"),
			End: row.Date("stmt_enddate"), Refund: refund == "1", Netted: refund == "",
			Amount: [Amounts]money.Fen{row.Fen("medfee_sumamt"), row.Fen("fund_pay_sumamt"), row.Fen("acct_pay"), 0},
			Absent: [Amounts]bool{Fund: row.Blank("fund_pay_sumamt"), Account: row.Blank("acct_pay")},
			Rows:   row.Int("fixmedins_setl_cnt", 0, 1<<53), Result: row.Text("stmt_rslt"), Note: row.Text("stmt_rslt_dscr"),
		})
	}
	return out, t.Err()
}

// detailColumns are the field names of form 3202, the reconciliation of details (医药机构费用结算对明细账).
var detailColumns = []string{"psn_no", "mdtrt_id", "setl_id", "msgid", "stmt_rslt", "refd_setl_flag", "memo", "medfee_sumamt", "fund_pay_sumamt", "acct_pay"}

// WriteDetails writes the listed differences as form 3202, as CSV or JSON, each row once with all that is to be said of it.
func WriteDetails(w io.Writer, res *Result, asJSON bool) error {
	type line struct {
		r      *Record
		result string
		memo   []string
	}
	var lines []*line
	at := map[Record]*line{}
	for i := range res.Differences {
		d := &res.Differences[i]
		r, result := d.any(), ResultDiffers
		switch {
		case d.Theirs == nil:
			result = ResultOnlyOurs
		case d.Ours == nil:
			result = ResultOnlyTheirs
		}
		if at[*r] == nil {
			at[*r] = &line{r: r, result: result}
			lines = append(lines, at[*r])
		}
		memo := d.Class.String()
		if d.Field != "" {
			memo += " " + d.Field
		}
		if d.OurValue != "" || d.TheirsValue != "" {
			memo += fmt.Sprintf(" %s and %s", d.OurValue, d.TheirsValue)
		}
		at[*r].memo = append(at[*r].memo, memo)
	}
	slices.SortFunc(lines, func(a, b *line) int { return a.r.compare(b.r) })
	return writeForm(w, detailColumns, len(lines), func(i int) []string {
		l := lines[i]
		refund := "0"
		if l.r.Refund {
			refund = "1"
		}
		return []string{l.r.Person, l.r.Visit, l.r.ID, "", l.result, refund, strings.Join(l.memo, "; "), l.r.Amount[Gross].String(),
			l.r.Amount[Fund].String(), l.r.Amount[Account].String()}
	}, asJSON)
}
