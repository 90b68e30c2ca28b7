package reconcile

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
)

// field is what a column of a text file or workbook holds.
type field uint8

const (
	fID field = iota
	fPerson
	fVisit
	fHospital
	fScheme
	fClass
	fRefund
	fStatus
	fReverses
	fDate
	fGross
	fFund
	fAccount
	fCash
	fIgnored
)

// fieldNames lists the headers under which each field is known: this program's own name first, then those of the national
// interface and the Chinese labels.
var fieldNames = [...][]string{
	fID:       {"claim_id", "setl_id", "结算单号", "结算ID", "结算id"},
	fPerson:   {"person_id", "psn_no", "人员编号"},
	fVisit:    {"visit_id", "mdtrt_id", "就诊ID", "就诊id"},
	fHospital: {"hospital_id", "fixmedins_code", "医疗机构编号", "定点医药机构编号"},
	fScheme:   {"scheme", "insutype", "险种", "险种类型"},
	fClass:    {"setting", "clr_type", "就医方式", "清算类别"},
	fRefund:   {"refund", "refd_setl_flag", "退费结算标志"},
	fStatus:   {"status", "状态"},
	fReverses: {"reverses", "冲正原单号"},
	fDate:     {"settlement_date", "setl_time", "结算日期", "结算时间"},
	fGross:    {"gross", "medfee_sumamt", "医疗总费用", "医疗费总额"},
	fFund:     {"booked_fund", "fund_pay_sumamt", "fund", "列账基金支付", "基金支付总额"},
	fAccount:  {"acct_pay", "account", "个人账户支付"},
	fCash:     {"psn_cash_pay", "cash", "个人现金支出"},
	fIgnored:  {"msgid", "stmt_rslt", "memo", "报文ID", "对账结果", "备注"},
}

// header says which field each column of a file holds.
type header struct {
	fields []field
	has    [fIgnored]bool
	day    claims.Date // of rows of a file without dates; claims.NoDate when there is none to assume
}

// bind reads a header strictly: a column that is unknown or repeated is an error. Columns of the claims table that
// reconciliation does not compare are known and passed over. rename gives field names for headers of the user's own.
//
// A form of the national interface has no dates, but is that of one month: its rows then take that month's first day.
func bind(names []string, rename map[string]string, month calendar.Month) (*header, error) {
	h := &header{day: claims.NoDate}
	if month != 0 {
		h.day = month.First()
	}
	var known []string
	for _, list := range fieldNames {
		known = append(known, list...)
	}
	seen := map[string]bool{}
	for _, name := range names {
		name = strings.TrimSpace(name)
		own := name
		if to, ok := rename[name]; ok {
			own = to
		}
		f := fieldOf(own)
		if f < 0 {
			return nil, fmt.Errorf("unknown column %q, to be renamed or ignored; columns are %s%s", name, strings.Join(known, ", "), nearest.Hint(own, known))
		}
		if seen[name] && name != "" || field(f) != fIgnored && h.has[f] {
			return nil, fmt.Errorf("column %q is repeated, or means what another column means", name)
		}
		seen[name] = true
		h.fields = append(h.fields, field(f))
		if field(f) != fIgnored {
			h.has[f] = true
		}
	}
	for name, to := range rename {
		if !seen[name] && to != Ignore {
			return nil, fmt.Errorf("column %q, which is to be renamed, is not in the header: %s", name, strings.Join(names, ", "))
		}
	}
	for _, f := range []field{fID, fGross, fDate} {
		if !h.has[f] && (f != fDate || h.day == claims.NoDate) {
			return nil, fmt.Errorf("column %q (or %s) is missing; the header has %s", fieldNames[f][0], strings.Join(fieldNames[f][1:], ", "), strings.Join(names, ", "))
		}
	}
	return h, nil
}

// totalWords are what a row of sums at the end of a file calls itself.
var totalWords = []string{"合计", "总计", "总合计", "共计", "total", "sum"}

// isTotal tells whether a row is one of sums: it calls itself so, and has no id.
func (h *header) isTotal(cells []string) bool {
	called := func(cell string) bool {
		return slices.Contains(totalWords, strings.ToLower(strings.TrimRight(strings.Join(strings.Fields(cell), ""), ":：")))
	}
	id := h.cell(fID, cells)
	return (id == "" || called(id)) && slices.ContainsFunc(cells, called)
}

// cell returns what a row holds of a field; nothing where it has no such column.
func (h *header) cell(f field, cells []string) string {
	if at := slices.Index(h.fields, f); at >= 0 && at < len(cells) {
		return strings.TrimSpace(cells[at])
	}
	return ""
}

func fieldOf(name string) int {
	if name == Ignore {
		return int(fIgnored)
	}
	if i := slices.IndexFunc(fieldNames[:], func(list []string) bool { return slices.Contains(list, name) }); i >= 0 {
		return i
	}
	for _, f := range claims.Schema {
		if f.Name == name || f.Label == name {
			return int(fIgnored)
		}
	}
	return -1
}

// name returns what a column is called in messages.
func (h *header) name(i int) string { return fieldNames[h.fields[i]][0] }

// record reads the cells of a row. raw tells that dates may be serial numbers of a workbook.
func (h *header) record(cells []string, raw bool) (Record, error) {
	r := Record{Date: claims.NoDate}
	if !h.has[fDate] {
		r.Date = h.day
	}
	reverses := ""
	for i, f := range h.fields {
		if f == fIgnored {
			continue
		}
		cell := ""
		if i < len(cells) {
			cell = strings.TrimSpace(cells[i])
		}
		if err := r.set(f, cell, raw, &reverses); err != nil {
			return r, fmt.Errorf("column %q: %w", h.name(i), err)
		}
	}
	if r.ID == "" || r.Date == claims.NoDate {
		return r, fmt.Errorf("column %q or %q is blank; every row needs both", fieldNames[fID][0], fieldNames[fDate][0])
	}
	if r.Refund && reverses != "" {
		r.ID = reverses
	}
	r.sign()
	return r, nil
}

// sign makes the amounts of a refund negative: some systems write them as positive numbers beside the flag.
func (r *Record) sign() {
	if r.Refund && r.Amount[Gross] > 0 {
		for i := range r.Amount {
			r.Amount[i] = -r.Amount[i]
		}
	}
}

func (r *Record) set(f field, cell string, raw bool, reverses *string) (err error) {
	switch f {
	case fID, fPerson, fVisit, fHospital, fReverses:
		if raw && strings.ContainsAny(cell, "eE") && strings.Contains(cell, "+") {
			return fmt.Errorf("%q is a number that has lost digits; the column must hold text", cell)
		}
	}
	switch f {
	case fID:
		r.ID = cell
	case fPerson:
		r.Person = cell
	case fVisit:
		r.Visit = cell
	case fHospital:
		r.Hospital = cell
	case fScheme:
		r.Scheme = schemeOf(cell)
	case fClass:
		r.Class = cell
	case fReverses:
		*reverses = cell
	case fRefund:
		r.Refund, err = parseFlag(cell, r.Refund)
	case fStatus:
		r.Refund, err = parseStatus(cell, r.Refund)
	case fDate:
		r.Date, err = parseDate(cell, raw)
	default:
		if cell != "" {
			r.Amount[f-fGross], err = parseAmount(cell, raw)
		} else if f == fGross {
			err = fmt.Errorf("the cell is blank, an amount is needed")
		}
	}
	return err
}

func parseFlag(cell string, already bool) (bool, error) {
	switch cell {
	case "", "0", "false", "否":
		return already, nil
	case "1", "true", "是":
		return true, nil
	}
	return false, fmt.Errorf("%q is neither 0 (normal) nor 1 (refund)", cell)
}

func parseStatus(cell string, already bool) (bool, error) {
	switch cell {
	case "", claims.StatusNames[claims.Normal]:
		return already, nil
	case claims.StatusNames[claims.Reversal]:
		return true, nil
	}
	return false, fmt.Errorf("%q is none of %s", cell, strings.Join(claims.StatusNames, ", "))
}

// parseDate reads a day as 2026-03-15, 2026/3/15, 2026.3.15, 2026年3月15日 or 20260315, each also followed by a time of day, which
// does not count. In a workbook it may be the serial number of the day.
func parseDate(cell string, raw bool) (claims.Date, error) {
	if whole, _, _ := strings.Cut(cell, "."); raw && len(whole) == 5 {
		if n, err := strconv.Atoi(whole); err == nil {
			return claims.DateOf(1899, time.December, 30) + claims.Date(n), nil
		}
	}
	day := cell
	if at := strings.IndexAny(day, " T日"); at >= 0 {
		day = day[:at]
	}
	var y, m, d string
	if len(day) == 8 || len(day) == 14 {
		if _, err := strconv.ParseUint(day, 10, 64); err == nil {
			y, m, d = day[:4], day[4:6], day[6:8]
		}
	}
	if y == "" {
		parts := strings.FieldsFunc(day, func(r rune) bool { return strings.ContainsRune("-/.年月", r) })
		if len(parts) == 3 && len(parts[0]) == 4 && len(parts[1]) <= 2 && len(parts[2]) <= 2 {
			y, m, d = parts[0], parts[1], parts[2]
		}
	}
	date, err := claims.ParseDate(fmt.Sprintf("%s-%02s-%02s", y, m, d))
	if y == "" || err != nil {
		return 0, fmt.Errorf("%q is not a day such as 2026-03-15, 2026/3/15, 2026年3月15日 or 20260315", cell)
	}
	return date, nil
}

// parseAmount reads currency units. A workbook keeps them as binary fractions, such as 0.30000000000000004, which must be
// within a ten-thousandth of a whole number of fen.
func parseAmount(cell string, raw bool) (money.Fen, error) {
	a, err := money.ParseFen(cell)
	if err == nil || !raw || len(cell) > 40 {
		return a, err
	}
	r, ok := new(big.Rat).SetString(cell)
	if !ok || strings.ContainsAny(cell, "/xXpP_") {
		return 0, err
	}
	// Twice the fen plus one, halved and cut down, is the nearest whole number.
	r.Mul(r, big.NewRat(100, 1))
	twice := new(big.Rat).Add(new(big.Rat).Mul(r, big.NewRat(2, 1)), big.NewRat(1, 1))
	whole := new(big.Int).Div(twice.Num(), new(big.Int).Mul(twice.Denom(), big.NewInt(2)))
	gap := new(big.Rat).Sub(r, new(big.Rat).SetInt(whole))
	if !whole.IsInt64() || gap.Abs(gap).Cmp(big.NewRat(1, 10_000)) >= 0 {
		return 0, err
	}
	return money.Fen(whole.Int64()), nil
}
