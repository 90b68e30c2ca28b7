package invent

import (
	"context"
	"runtime"
	"sync"

	"github.com/drgsim/drgsim/engine/claims"
)

// blockRows is the number of rows that a block of persons has about.
const blockRows = 32_768

// Claims invents the claims settled in the configuration's year and hands them to emit in blocks, in the order of
// persons; the claims of one person stand together, by settlement. The table is valid only until emit returns. An
// error of emit, or a cancelled context, ends the stream.
func Claims(ctx context.Context, c Config, emit func(*claims.Table) error) error {
	m, err := newModel(c)
	if err != nil {
		return err
	}
	return m.claims(ctx, c.Year, c.Year, func(b *batch) error { return emit(&b.table) })
}

// claims streams the claims of the years from first to last. Workers draw blocks of persons ahead of emit, two for
// each of them at most, which bounds the memory.
func (m *model) claims(ctx context.Context, first, last int, emit func(*batch) error) error {
	workers := m.cfg.Workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	type block struct {
		from, to int64
		done     chan *batch
	}
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()

	work, queue := make(chan block), make(chan block, workers)
	spare := make(chan *batch, 2*workers+2)
	running.Go(func() {
		defer close(work)
		defer close(queue)
		size := m.blockSize(last - first + 1)
		for from := int64(0); from < m.persons; from += size {
			b := block{from, min(m.persons, from+size), make(chan *batch, 1)}
			for _, to := range []chan block{queue, work} {
				select {
				case to <- b:
				case <-ctx.Done():
					return
				}
			}
		}
	})
	for range workers {
		running.Go(func() {
			w := newDrawer(m)
			for b := range work {
				out := newBatch(m, spare)
				w.block(out, b.from, b.to, first, last)
				b.done <- out
			}
		})
	}
	for b := range queue {
		select {
		case out := <-b.done:
			if out.table.Rows > 0 {
				if err := emit(out); err != nil {
					return err
				}
			}
			select {
			case spare <- out:
			default:
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return ctx.Err()
}

// newBatch takes a used batch or makes one.
func newBatch(m *model, spare chan *batch) *batch {
	var b *batch
	select {
	case b = <-spare:
	default:
		b = &batch{}
		b.fixed(m)
	}
	b.clear()
	return b
}

func (m *model) blockSize(years int) int64 {
	if m.cfg.blockPersons > 0 {
		return m.cfg.blockPersons
	}
	return max(1, int64(blockRows/(m.cfg.Rates.sum()*float64(years))))
}

// block draws the claims of a block of persons.
func (w *drawer) block(out *batch, from, to int64, first, last int) {
	for n := from; n < to; n++ {
		w.person(n)
		for year := first; year <= last; year++ {
			visits := w.year(year)
			if w.m.cfg.DirtyShare > 0 {
				w.spoil(w.m.cfg.DirtyShare)
				visits = w.visits
			}
			out.add(w, visits)
		}
	}
}
