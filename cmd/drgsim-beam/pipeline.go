package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/present"
	"github.com/drgsim/drgsim/engine/report"
	"github.com/drgsim/drgsim/engine/wholefile"
	"github.com/drgsim/drgsim/policies"
)

func init() {
	register.DoFn3x1[context.Context, int, func([]byte), error](&settleShard{})
	register.Emitter1[[]byte]()
	register.Combiner1[[]byte](&mergeSums{})
	register.DoFn1x1[[]byte, error](&keepSums{})
}

// pipeline works out every shard of a study by itself, merges the sums, and keeps them in a file. An element is a whole
// shard: single claims never travel between workers.
func pipeline(study, sums string) (*beam.Pipeline, error) {
	ses, err := session(study)
	if err != nil {
		return nil, err
	}
	numbers := make([]any, ses.Source().Shards())
	for i := range numbers {
		numbers[i] = i
	}
	p, s := beam.NewPipelineWithRoot()
	shards := beam.Reshuffle(s, beam.Create(s, numbers...))
	parts := beam.ParDo(s, &settleShard{Study: study}, shards)
	merged := beam.Combine(s, &mergeSums{Study: study}, parts)
	beam.ParDo0(s, &keepSums{Path: sums}, merged)
	return p, nil
}

// sessions holds the studies that this process has opened: every function of the pipeline needs their plans.
var sessions struct {
	sync.Mutex
	byStudy map[string]*engine.Session
}

// session opens a study, or finds it opened. The plans are compiled alike in every process, so sums made in one can be
// merged in another.
func session(study string) (*engine.Session, error) {
	sessions.Lock()
	defer sessions.Unlock()
	if ses, ok := sessions.byStudy[study]; ok {
		return ses, nil
	}
	s, err := engine.OpenStudy(study)
	if err != nil {
		return nil, err
	}
	ses, err := engine.Open(context.Background(), s, engine.OpenOptions{Policies: policies.FS})
	if err != nil {
		return nil, err
	}
	if !ses.Sharded() {
		return nil, fmt.Errorf("%s: its claims must be a folder of shards, which drgsim shard makes", study)
	}
	if sessions.byStudy == nil {
		sessions.byStudy = map[string]*engine.Session{}
	}
	sessions.byStudy[study] = ses
	return ses, nil
}

// settleShard adjudicates, classifies and adds up one shard for all plans.
type settleShard struct {
	Study string
}

// ProcessElement takes the number of a shard and emits its encoded partials.
func (f *settleShard) ProcessElement(ctx context.Context, shard int, emit func([]byte)) error {
	ses, err := session(f.Study)
	if err != nil {
		return err
	}
	sh, err := ses.Source().Load(ctx, shard)
	if err != nil {
		return err
	}
	defer sh.Release()
	parts, err := engine.RunShard(ctx, ses.Plans, sh)
	if err != nil {
		return err
	}
	emit(engine.EncodePartials(parts))
	return nil
}

// mergeSums merges encoded partials. Merging is exact, so the runner may do it in any order and grouping.
type mergeSums struct {
	Study string
}

// CreateAccumulator returns the sums of nothing.
func (f *mergeSums) CreateAccumulator() []byte { return nil }

// AddInput merges a shard's sums.
func (f *mergeSums) AddInput(sum, part []byte) ([]byte, error) { return f.MergeAccumulators(sum, part) }

// MergeAccumulators merges two sums.
func (f *mergeSums) MergeAccumulators(a, b []byte) ([]byte, error) {
	if len(a) == 0 {
		return b, nil
	}
	if len(b) == 0 {
		return a, nil
	}
	return f.merge(a, b)
}

func (f *mergeSums) merge(a, b []byte) ([]byte, error) {
	ses, err := session(f.Study)
	if err != nil {
		return nil, err
	}
	into, err := engine.DecodePartials(ses.Plans, a)
	if err != nil {
		return nil, err
	}
	more, err := engine.DecodePartials(ses.Plans, b)
	if err != nil {
		return nil, err
	}
	if err := engine.MergePartials(into, more); err != nil {
		return nil, err
	}
	return engine.EncodePartials(into), nil
}

// keepSums writes the merged sums to a file.
type keepSums struct {
	Path string
}

// ProcessElement takes the only element.
func (f *keepSums) ProcessElement(sum []byte) error {
	return wholefile.Write(f.Path, func(w io.Writer) error {
		_, err := w.Write(sum)
		return err
	})
}

// settled settles every plan from merged sums and returns the comparison as JSON.
func settled(ses *engine.Session, sums string) ([]byte, error) {
	b, err := os.ReadFile(sums)
	if err != nil {
		return nil, fmt.Errorf("reading the merged sums: %w", err)
	}
	partials, err := engine.DecodePartials(ses.Plans, b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", sums, err)
	}
	results, err := engine.Settle(ses.Plans, partials)
	if err != nil {
		return nil, err
	}
	doc, err := present.Compare(ses, compare.New(results), true)
	if err != nil {
		return nil, err
	}
	files, err := report.Render(doc, report.FormatJSON, report.Options{Lang: report.En})
	if err != nil {
		return nil, err
	}
	return files[0].Data, nil
}
