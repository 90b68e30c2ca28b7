package engine

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/drgsim/drgsim/engine/wholefile"
)

// finished keeps the partials of finished shards in a folder, so that a run that was interrupted goes on from them. A file
// is named by the hash of the plans and of its shard, and serves only a run with both the same.
type finished struct {
	dir   string
	src   *folder
	plans []*Plan
	of    string // hash of the plans
}

func newFinished(dir string, src *folder, plans []*Plan) (*finished, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("folder of finished partials: %w", err)
	}
	return &finished{dir, src, plans, hashPlans(plans, src)}, nil
}

// hashPlans stands for all that a partial depends on but the claims: the rules and their numbering of hospitals, counties,
// schemes and groups, and what the checks set aside.
func hashPlans(plans []*Plan, src *folder) string {
	h := sha256.New()
	p := plans[0]
	fmt.Fprintf(h, "%q %d %q %+v %q %q\n", partialsMagic, p.Year, p.Region.Schemes, p.Region.Hospitals, p.Region.Counties, p.Scope.Schemes)
	codes := make([]string, len(p.Scope.Groups))
	for code, n := range p.Scope.Groups {
		codes[n] = code
	}
	fmt.Fprintf(h, "%q %q %v\n", codes, listedGroups(src.plan), src.severity)
	for _, p := range plans {
		fmt.Fprintf(h, "%s %s %s %+v\n", p.benefitKey, p.priceKey, p.streamKey, p.dims())
	}
	return hex.EncodeToString(h.Sum(nil))
}

func (f *finished) path(shard int) string {
	h := sha256.Sum256([]byte(f.of + f.src.manifest.Shards[shard].Hash))
	return filepath.Join(f.dir, hex.EncodeToString(h[:16])+".partial")
}

// load returns the partials of a shard, or nil when it is not finished. A damaged file counts as none.
func (f *finished) load(shard int) ([]*Partial, error) {
	b, err := os.ReadFile(f.path(shard))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading a finished partial: %w", err)
	}
	if len(b) < 8 || uint64(len(b)-8) < binary.LittleEndian.Uint64(b) {
		return nil, nil
	}
	n := binary.LittleEndian.Uint64(b)
	parts, err := DecodePartials(f.plans, b[8+n:])
	if errors.Is(err, errPartials) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.path(shard), err)
	}
	found := &shardCheck{}
	if err := json.Unmarshal(b[8:8+n], found); err != nil {
		return nil, nil
	}
	f.src.checks[shard] = found
	return parts, nil
}

// save writes the partials of a shard and what its checks found.
func (f *finished) save(shard int, parts []*Partial) error {
	if _, err := f.src.checks[shard].listed(); err != nil {
		return err
	}
	head, err := json.Marshal(f.src.checks[shard])
	if err != nil {
		return fmt.Errorf("writing a finished partial: %w", err)
	}
	return wholefile.Write(f.path(shard), func(w io.Writer) error {
		b := append(binary.LittleEndian.AppendUint64(nil, uint64(len(head))), head...)
		_, err := w.Write(append(b, EncodePartials(parts)...))
		return err
	})
}

// shard returns the partials of a shard, from the folder where it is finished.
func (f *finished) shard(ctx context.Context, i int) ([]*Partial, error) {
	parts, err := f.load(i)
	if err != nil || parts != nil {
		return parts, err
	}
	sh, err := f.src.Load(ctx, i)
	if err != nil {
		return nil, err
	}
	defer sh.Release()
	if parts, err = RunShard(ctx, f.plans, sh); err != nil {
		return nil, err
	}
	return parts, f.save(i, parts)
}

// addUpFinished is addUp with finished partials kept in a folder.
func addUpFinished(ctx context.Context, plans []*Plan, src *folder, opts Options) ([]*Partial, error) {
	f, err := newFinished(opts.Resume, src, plans)
	if err != nil {
		return nil, err
	}
	var sum []*Partial
	err = eachShard(ctx, src, opts, func() (func(i int) error, func() error) {
		var mine []*Partial
		take := func(i int) error {
			parts, err := f.shard(ctx, i)
			if err != nil || mine == nil {
				mine = parts
				return err
			}
			return MergePartials(mine, parts)
		}
		return take, func() error {
			if sum == nil || mine == nil {
				sum = slices.Concat(sum, mine)
				return nil
			}
			return MergePartials(sum, mine)
		}
	})
	return sum, err
}

// FinishShard works out one shard of the session's claims and keeps its partials in a folder, where a Run with the same
// plans and folder finds them: so a run is parted among machines that share the folder. A shard that is finished already
// is left alone.
func (ses *Session) FinishShard(ctx context.Context, plans []*Plan, shard int, dir string) error {
	if ses.shards == nil {
		return errors.New("only claims that are a folder of shards can be worked out shard by shard")
	}
	if shard < 0 || shard >= ses.shards.Shards() {
		return fmt.Errorf("shard %d does not exist; they are numbered from 0 to %d", shard, ses.shards.Shards()-1)
	}
	f, err := newFinished(dir, ses.shards, plans)
	if err != nil {
		return err
	}
	_, err = f.shard(ctx, shard)
	return err
}
