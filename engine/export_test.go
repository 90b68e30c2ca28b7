package engine

import (
	"context"
	"encoding/binary"
	"hash/crc32"

	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/settle"
)

// Sealed puts the mark and a right checksum around bytes, so that what they say is read.
func Sealed(b []byte) []byte {
	b = append([]byte(partialsMagic), b...)
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// AllocationsPerShard runs the same claims several times through one worker and counts allocations after the first time.
func AllocationsPerShard(average func(runs int, f func()) float64, plans []*Plan, sh Shard) (float64, error) {
	w := newWorker(plans, true)
	var err error
	run := func() {
		for p := sh.Lo; err == nil && p < sh.Hi; {
			p = w.batch.fill(sh, p, &w.outside, &w.netted)
			err = w.settle(sh.Input)
		}
	}
	run()
	return average(5, run), err
}

// RunTaking runs a shard whose benefit works tell of all claims what differs from the first work, or of those for which something
// does.
func RunTaking(plans []*Plan, sh Shard, all bool) ([]*Partial, error) {
	w := newWorker(plans, true)
	for p := sh.Lo; p < sh.Hi; {
		p = w.batch.fill(sh, p, &w.outside, &w.netted)
		for k := range w.paidGains {
			w.paidGains[k].most = all
		}
		if err := w.settle(sh.Input); err != nil {
			return nil, err
		}
	}
	return w.partials(context.Background(), 1)
}

// NearLimits runs a shard as a worker does whose points may be near the limits of 64 bits: all points begin at so many.
func NearLimits(ctx context.Context, plans []*Plan, sh Shard, points int64) ([]*Partial, error) {
	w := newWorker(plans, true)
	w.mass = safeMass + 1
	for _, s := range w.sums {
		for i := 0; i < len(s.cells.sums); i += s.cells.width {
			s.cells.sums[i+cellShared+s.points(0)] = points
		}
	}
	if err := w.run(ctx, sh); err != nil {
		return nil, err
	}
	return w.partials(ctx, 1)
}

// Weighs tells whether so many stays, twice over, make sums be looked at when each is worth that much.
func Weighs(stays int, points int64) bool {
	var w worker
	for range 2 {
		w.weigh(stays, magnitude(points)|magnitude(-points))
	}
	return w.mass > safeMass
}

// Filled fills a claim with a row, over whatever it holds.
func (in *Input) Filled(row int32, c *claims.Claim) { in.bound.claim(row, c) }

// RunsFor tells whether the session's file can be run in ranges when its scenarios were compiled for some group codes.
func (ses *Session) RunsFor(codes []string) bool {
	return ses.openRanges(codes, nil, OpenOptions{OnePass: true, rangeRows: 100})
}

// SharedSteps counts the steps that the plans' benefits run together, and those that they would run one by one.
func SharedSteps(plans []*Plan) (together, alone int) {
	w := newWork(plans)
	for i := range w.stretches {
		for _, p := range w.stretches[i].programs.List {
			together += p.Len()
		}
	}
	for _, b := range w.benefits {
		for _, v := range b.plan.Versions {
			alone += v.Program.Len()
		}
	}
	return together, alone
}

// Lean tells whether the session's file was read leanly and is not whole by now.
func (ses *Session) Lean() bool { return ses.lean != nil && ses.lean.voucher != nil }

// PointsOfTwo adds the points of two price works up, as where one is told against the other.
func PointsOfTwo(p *Plan, a, b int64) error {
	s := newStreamSums(p.dims(), nil, []priceColumns{{classes: len(p.Classes)}, {classes: len(p.Classes)}}, true)
	s.cells.row(0)[cellShared+s.points(0)] = a
	s.cells.row(0)[cellShared+s.points(1)] = b
	_, err := s.partial(p.dims(), nil, []int{1, 0}, settle.GroupSums{})
	return err
}

// GroupPointsOfTwo is PointsOfTwo for the sums by group.
func GroupPointsOfTwo(p *Plan, a, b int64) error {
	s := newStreamSums(p.dims(), []benefit.PocketSet{0}, []priceColumns{{classes: len(p.Classes)}, {classes: len(p.Classes)}}, true)
	s.groups.row(0)[groupShared+s.points(0)] = a
	s.groups.row(0)[groupShared+s.points(1)] = b
	base := []int{-1, s.points(0), -1} // by column: the points of each, and the fund
	g := newGroupSums(s, base, 1)
	g.take(0, 1)
	_, err := g.of(0, 1)
	return err
}

// SetRangeRows has a file of any size run out of the file, in ranges of about so many rows.
func (o *OpenOptions) SetRangeRows(rows int) { o.rangeRows = rows }

// Ranged tells whether the session's claims are run out of their file.
func (ses *Session) Ranged() bool { return ses.ranges != nil }

// Visits returns the claims of a person.
func (in *Input) Visits(p int) []claims.Claim { return in.person(p, nil) }

// FilledFrom fills claims with consecutive rows of a table that has the codes of the input's, and with each of them by itself. Half of
// those that are filled together were filled with other rows before, and are known to be.
func (in *Input) FilledFrom(t *claims.Table, row int32, many, each []claims.Claim) {
	b := *in.bound
	b.t = t
	half := len(many) / 2
	var without absent
	b.claims(row+int32(half), many[:half], 0, &without)
	b.claims(row, many, half, &without)
	for i := range each {
		b.claim(row+int32(i), &each[i])
	}
}

// Ender runs a shard and returns what comes after: partials are made and settled.
func Ender(ctx context.Context, plans []*Plan, sh Shard) (func() error, error) {
	w := newWorker(plans, true)
	if err := w.run(ctx, sh); err != nil {
		return nil, err
	}
	return func() error {
		parts, err := w.partials(ctx, 1)
		if err != nil {
			return err
		}
		_, err = settleAll(ctx, plans, parts, 1)
		return err
	}, nil
}

// Ranged tells whether a shard is read range by range.
func (s *Shard) Ranged() bool { return s.inRanges != nil }
