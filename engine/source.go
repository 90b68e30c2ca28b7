package engine

import (
	"context"
)

// Source hands out the claims in shards. Load may be called by several goroutines at once.
type Source interface {
	// Shards returns how many shards there are.
	Shards() int
	// Load returns a shard, which holds all claims of each of its persons.
	Load(ctx context.Context, i int) (Shard, error)
}

// Shard is a run of whole persons of an input: those numbered from Lo up to but not including Hi. One that is read range by range has
// no input.
type Shard struct {
	Input  *Input
	Lo, Hi int

	release func()
	// inRanges gives the ranges of a shard, one after the other, to each; what came of them counts only when it ends well. whole reads
	// the same shard at once, for what cannot be told of it range by range. Both are nil for other shards.
	inRanges func(ctx context.Context, each func(Shard) error) error
	whole    func(ctx context.Context) (Shard, error)
}

// Release gives back what the shard holds in memory. It must not be used afterwards.
func (s *Shard) Release() {
	if s.release != nil {
		s.release()
	}
}

// personsPerShard keeps a shard of the in-memory source near the size of a processor's cache.
const personsPerShard = 4096

// memory is the source of one input that is in memory.
type memory struct{ in *Input }

// InMemory returns an input as a source of many small shards, so that all workers are busy to the end.
func InMemory(in *Input) Source { return memory{in} }

// Shards implements Source.
func (m memory) Shards() int { return (m.in.Persons() + personsPerShard - 1) / personsPerShard }

// Load implements Source.
func (m memory) Load(_ context.Context, i int) (Shard, error) {
	lo := i * personsPerShard
	return Shard{Input: m.in, Lo: lo, Hi: min(lo+personsPerShard, m.in.Persons())}, nil
}
