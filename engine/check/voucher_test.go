package check

import (
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

// The report by a voucher is that of a whole check, with the rows set aside and all that is said of them.
func TestVoucherGivesTheReport(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tab := table(anyLines(t)...)
		b, err := Vouch(tab)
		if err != nil {
			t.Fatal(err)
		}
		v, ok := ReadVoucher(b)
		if !ok {
			t.Fatal("the voucher cannot be read")
		}
		opts := Options{Limit: rapid.SampledFrom([]int{-1, 0, 3}).Draw(t, "limit"), Workers: rapid.IntRange(1, 3).Draw(t, "workers")}
		if rapid.Bool().Draw(t, "groups are checked") {
			opts.GroupCodes = []string{"G2"} // no row has it
		}
		want, err := Table(tab, nil, opts)
		if err != nil {
			t.Fatal(err)
		}
		// The table that the voucher goes with has no more columns than it must.
		lean := &claims.Table{Rows: tab.Rows, Hospital: tab.Hospital, Scheme: tab.Scheme, Group: tab.Group, From: tab.From, County: tab.County, Gross: tab.Gross}
		got, ok, err := v.Table(lean, nil, opts, func(rows []int64) (*claims.Table, error) {
			short := make([]int32, len(rows))
			for i, row := range rows {
				short[i] = int32(row)
			}
			return tab.Select(short), nil
		})
		if err != nil || !ok {
			t.Fatalf("the voucher is of no use: %v", err)
		}
		if rejects(t, got) != rejects(t, want) {
			t.Fatalf("set aside: %s, want %s", rejects(t, got), rejects(t, want))
		}
		if got.Findings, err = got.List(); err != nil {
			t.Fatal(err)
		}
		got.pass, got.later, want.pass = nil, nil, nil
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("by the voucher: %+v, want %+v", got, want)
		}
	})
}

func rejects(t *rapid.T, r *Report) string {
	text := ""
	if err := r.Rejects(func(row claims.RejectedRow) error { text += fmt.Sprintf("%+v\n", row); return nil }); err != nil {
		t.Fatal(err)
	}
	return text
}

// A voucher of other checks, or of bytes that no check wrote, is of no use.
func TestStrangeVouchers(t *testing.T) {
	b, err := Vouch(table(sound("A", "P1", 0, 3), sound("A", "P1", 1, 4)))
	if err != nil {
		t.Fatal(err)
	}
	if v, ok := ReadVoucher(b); !ok || v.Rows != 2 || v.Rising || v.Reversals != 0 {
		t.Errorf("voucher %+v, %t", v, ok)
	}
	for n := range b {
		if _, ok := ReadVoucher(b[:n]); ok {
			t.Errorf("%d of %d bytes are taken for a voucher", n, len(b))
		}
	}
	for i := range 9 { // the version and the catalogue
		bad := append([]byte(nil), b...)
		bad[i] ^= 2
		if _, ok := ReadVoucher(bad); ok {
			t.Errorf("byte %d: a voucher of other checks is taken", i)
		}
	}
	if _, ok := ReadVoucher(append(b, 0)); ok {
		t.Error("a voucher with more behind it is taken")
	}
}

// What the checks find in a fixed set of spoilt claims. When this fails after a change on purpose, raise voucherVersion, so that
// what older files say of themselves is no longer believed, and write the new sum here.
func TestVoucherVersion(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	lines := make([]line, 2000)
	for i := range lines {
		l := sound(fmt.Sprint("C", rng.IntN(1900)), fmt.Sprint("P", rng.IntN(300)), rng.IntN(400), 0)
		l.out, l.setting = l.in+rng.IntN(9)-1, claims.Setting(rng.IntN(5))
		l.settled, l.age = l.out+rng.IntN(3)-1, int16(rng.IntN(125))
		part := func() money.Fen { return money.Fen(rng.IntN(5000) - 50) }
		l.nonCovered, l.categoryB, l.firstPay, l.ai, l.fund = part(), part(), part(), part(), part()
		if rng.IntN(10) == 0 {
			l.gross = money.Fen(rng.IntN(3) - 1)
		}
		if rng.IntN(20) == 0 {
			l.reversal, l.reverses = true, fmt.Sprint("C", rng.IntN(1900))
		}
		lines[i] = l
	}
	b, err := Vouch(table(lines...))
	if err != nil {
		t.Fatal(err)
	}
	const version, sum = 2, 0x25e01f0a
	if got := crc32.ChecksumIEEE(b); voucherVersion != version || got != sum {
		t.Errorf("version %d finds %#x, want version %d and %#x", voucherVersion, got, version, sum)
	}
}

// The reports of the ranges of a file together are the report of the whole.
func TestRangesGiveTheReport(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tab := table(anyLines(t)...)
		b, err := Vouch(tab)
		if err != nil {
			t.Fatal(err)
		}
		v, _ := ReadVoucher(b)
		opts := Options{Limit: rapid.SampledFrom([]int{-1, 0, 3}).Draw(t, "limit"), Workers: 1}
		if rapid.Bool().Draw(t, "groups are checked") {
			opts.GroupCodes = []string{"G2"} // no row has it
		}
		want, err := Table(tab, nil, opts)
		if err != nil {
			t.Fatal(err)
		}
		ranges, fit := v.Ranges(tab, nil, opts)
		if fit != v.Gathered {
			t.Fatalf("fit %t, gathered %t", fit, v.Gathered)
		}
		if v.Rejected() != want.Rejected.Rows {
			t.Fatalf("%d rows set aside, want %d", v.Rejected(), want.Rejected.Rows)
		}
		var parts []*Report
		var read, kept, rejected, warned claims.Count
		for lo := 0; lo < tab.Rows; {
			hi := rapid.IntRange(lo+1, tab.Rows).Draw(t, "end")
			part, err := ranges.Range(tab.Slice(lo, hi), int64(lo))
			if err != nil {
				t.Fatal(err)
			}
			for i := range hi - lo {
				if keep := part.Keep == nil || part.Keep[i]; keep != (want.Keep == nil || want.Keep[lo+i]) {
					t.Fatalf("row %d is kept: %t", lo+i, keep)
				}
			}
			for _, p := range []struct{ to, n *claims.Count }{{&read, &part.Read}, {&kept, &part.Kept}, {&rejected, &part.Rejected}, {&warned, &part.Warned}} {
				if err := p.to.Plus(*p.n); err != nil {
					t.Fatal(err)
				}
			}
			parts, lo = append(parts, part), hi
		}
		if read != want.Read || kept != want.Kept || rejected != want.Rejected || warned != want.Warned {
			t.Fatalf("counts %v %v %v %v, want %v %v %v %v", read, kept, rejected, warned, want.Read, want.Kept, want.Rejected, want.Warned)
		}
		got, err := ranges.List(parts, func(rows []int64) (*claims.Table, error) {
			short := make([]int32, len(rows))
			for i, row := range rows {
				short[i] = int32(row)
			}
			return tab.Select(short), nil
		})()
		if err != nil || !reflect.DeepEqual(got, want.Findings) {
			t.Fatalf("findings %v, want %v: %v", got, want.Findings, err)
		}
	})
}
