package claims

import (
	"context"
	"fmt"
	"math"
	"math/bits"
	"sync"
	"sync/atomic"

	"github.com/drgsim/drgsim/engine/claims/internal/ipc"
	"github.com/drgsim/drgsim/engine/internal/parallel"
	"github.com/drgsim/drgsim/engine/money"
)

// pieceRows is how many rows are converted at a time where batches can be divided. It is a multiple of the checksum
// segments of every fixed width.
const pieceRows = 1 << 19

// piece is a run of rows of one batch and where it goes in the table.
type piece struct {
	batch  int
	lo, hi int64 // rows of the batch
	at     int   // first row of the table
}

func (p piece) rows() int { return int(p.hi - p.lo) }

// window is a run of rows on its way from a source into a table.
type window struct {
	ctx     context.Context
	src     source
	name    string // of the file, for messages
	workers int
	budget  *ipc.Budget
	rows    int
	pieces  []piece
	mem     *arena // for the columns; nil for memory of their own
	// whole tells that the rows are one batch, all of it: its columns may become the table's without a copy.
	whole bool
	// bad has a bit for each row that a cell keeps out of the table.
	bad    []uint64
	anyBad atomic.Bool
	// aliased tells that the table shows the file's own bytes.
	aliased atomic.Bool
	mu      sync.Mutex
	sums    [NumColumns]sum128
}

// sum128 adds up amounts without overflow: the value is hi<<32 + lo.
type sum128 struct {
	hi int64
	lo uint64
}

func (s *sum128) add(t sum128) { s.hi, s.lo = s.hi+t.hi, s.lo+t.lo }

// fen returns the sum, or an error when it does not fit.
func (s sum128) fen() (money.Fen, error) {
	hi := s.hi + int64(s.lo>>32)
	if hi > math.MaxInt32 || hi < math.MinInt32 {
		return 0, money.ErrOverflow
	}
	return money.Fen(hi<<32 | int64(s.lo&0xFFFFFFFF)), nil
}

// wrapped returns the low 64 bits of the sum, which is what control totals hold.
func (s sum128) wrapped() int64 { return s.hi<<32 + int64(s.lo) }

// SumOf adds up amounts. A sum that does not fit is an error.
func SumOf(v []money.Fen) (money.Fen, error) { return sumOf(v).fen() }

func sumOf(v []money.Fen) sum128 {
	var s sum128
	for _, x := range v {
		s.hi += int64(x) >> 32
		s.lo += uint64(uint32(x))
	}
	return s
}

// totals returns the sums of the table that the window became: those added up while loading, when no row was rejected.
func (w *window) totals(t *Table) (Totals, error) {
	if w.anyBad.Load() {
		return t.Totals()
	}
	return totalsOf(t.Rows, &w.sums)
}

// flag keeps row i out of the table.
func (w *window) flag(i int) {
	atomic.OrUint64(&w.bad[i>>6], 1<<(i&63))
	w.anyBad.Store(true)
}

func (w *window) badRows() int {
	n := 0
	for _, b := range w.bad {
		n += bits.OnesCount64(b)
	}
	return n
}

// in puts the place before an error in a column.
func (w *window) in(c Column, err error) error {
	return fmt.Errorf("%s: column %q: %w", w.name, Schema[c].Name, err)
}

// loader brings one column into the table.
type loader interface {
	// piece converts one piece; pieces of one loader may be converted at the same time.
	piece(k int, p piece) error
	// finish runs when all pieces are converted.
	finish() error
}

// inPlace tells whether a column of the window may be the file's own bytes.
func (w *window) inPlace(c Column) bool { return w.whole && w.src.aliases(c, w.pieces[0].batch) }

// newWindow lays out the rows lo to hi (counted over the whole file) of a source.
func newWindow(ctx context.Context, src source, name string, lo, hi int64, opts *ReadOptions, budget *ipc.Budget) *window {
	w := &window{ctx: ctx, src: src, name: name, workers: opts.Workers, budget: budget, rows: int(hi - lo)}
	first := int64(0)
	for b, n := range src.batchRows() {
		from, to := max(lo-first, 0), min(hi-first, n)
		first += n
		if from >= to {
			continue
		}
		w.whole = from == 0 && to == n && int(n) == w.rows
		step := int64(pieceRows)
		if !src.divisible() {
			step = n
		}
		for ; from < to; from += step {
			p := piece{batch: b, lo: from, hi: min(from+step, to)}
			if k := len(w.pieces); k > 0 {
				p.at = w.pieces[k-1].at + w.pieces[k-1].rows()
			}
			w.pieces = append(w.pieces, p)
		}
	}
	return w
}

// load brings the columns into a table. Rows with a bad cell are in it, and flagged.
func (w *window) load(cols ColumnSet, progress func(rows int64)) (*Table, error) {
	if err := w.budget.Take(int64(w.rows)/8 + 8); err != nil {
		return nil, fmt.Errorf("%s: %w", w.name, err)
	}
	w.bad = make([]uint64, w.rows/64+1)
	t := &Table{Rows: w.rows}
	loaders, columns, err := w.loaders(t, cols)
	if err != nil {
		return nil, err
	}
	var done atomic.Int64
	n := len(w.pieces)
	err = parallel.Each(w.ctx, w.workers, len(loaders)*n, func(i int) error {
		l, k := i/n, i%n
		if err := loaders[l].piece(k, w.pieces[k]); err != nil {
			return w.in(columns[l], err)
		}
		done.Add(int64(w.pieces[k].rows()))
		progress(done.Load() / int64(len(loaders)))
		return nil
	})
	for l := 0; err == nil && l < len(loaders); l++ {
		if err = loaders[l].finish(); err != nil {
			err = w.in(columns[l], err)
		}
	}
	return t, err
}

// loaders makes a loader for each column that the source has and the caller wants. Making one may already read the
// column, so it is done on all workers.
func (w *window) loaders(t *Table, cols ColumnSet) (out []loader, columns []Column, err error) {
	for c := range NumColumns {
		if value, _, ok := w.src.types(c); ok && cols.Has(c) && value.Kind != ipc.Null {
			columns = append(columns, c)
		}
	}
	out = make([]loader, len(columns))
	err = parallel.Each(w.ctx, w.workers, len(columns), func(i int) error {
		value, index, _ := w.src.types(columns[i])
		l, err := w.loader(t, columns[i], value, index)
		if err != nil {
			return w.in(columns[i], err)
		}
		out[i] = l
		return nil
	})
	return out, columns, err
}

func (w *window) loader(t *Table, c Column, value, index ipc.Type) (loader, error) {
	switch c {
	case ColClaimID:
		return newTextLoader(w, c, &t.ClaimID, value, index)
	case ColReverses:
		return newTextLoader(w, c, &t.Reverses, value, index)
	case ColPersonID, ColHospitalID, ColScheme, ColDRGCode, ColReferredFrom, ColResidenceCounty:
		return newCodedLoader(w, c, t.coded(c), index)
	case ColAdmissionDate, ColDischargeDate, ColSettlementDate:
		return newFixed(w, c, t.dates(c), reader[Date]{at: dateAt, absent: NoDate, direct: value.Kind == ipc.Date32, check: checkDates})
	case ColGross, ColNonCovered, ColCategoryB, ColFirstPay, ColAIDiagnosis, ColBookedFund:
		f := reader[money.Fen]{at: fenAt, direct: value.Kind == ipc.Int && value.Bits == 64 && value.Signed, check: checkFen(w, c)}
		switch c {
		case ColFirstPay:
			f.has = &t.HasFirstPay
		case ColBookedFund:
			f.has = &t.HasBookedFund
		}
		return newFixed(w, c, t.fen(c), f)
	case ColAge:
		direct := value.Kind == ipc.Int && value.Bits == 16 && value.Signed
		return newFixed(w, c, &t.Age, reader[int16]{at: ageAt, absent: AgeUnknown, direct: direct, check: checkAges})
	case ColRetired:
		return newFixed(w, c, &t.Retired, reader[bool]{at: boolAt, bulk: spread})
	case ColSignedDoctor:
		return newFixed(w, c, &t.Signed, reader[bool]{at: boolAt, bulk: spread})
	case ColFiled:
		return newFixed(w, c, &t.Filed, reader[bool]{at: boolAt, bulk: spread})
	case ColSetting:
		return newWords(w, c, &t.Setting)
	case ColReferral:
		return newWords(w, c, &t.Referral)
	case ColAssistance:
		return newWords(w, c, &t.Assistance)
	case ColPlace:
		return newWords(w, c, &t.Place)
	case ColStatus:
		return newWords(w, c, &t.Status)
	}
	panic(fmt.Sprintf("BUG: column %d has no loader", c))
}
