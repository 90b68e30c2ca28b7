package mapping

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/region"
)

// ImportOptions say what an import reads and writes.
type ImportOptions struct {
	Mapping *Mapping // for CSV; may be nil when every input holds claims already
	Inputs  []string // files, or patterns such as "data/*.csv.gz"
	Out     string   // the claims file to write
	Rejects string   // the file for rejected rows; "" makes the first bad row an error
	// Hospitals is the hospitals table to derive; "" writes none. Claims files tell of their hospitals' ids only.
	Hospitals string
	Write     claims.WriteOptions
	// Progress is told how many bytes of all inputs are read. It may be nil.
	Progress func(done, total int64)
}

// Import writes the claims of all inputs to one file, in the order of the inputs, and what it had to leave out to another.
// Memory does not grow with the inputs, but for what is vouched for: see claims.WriteOptions. The claims file comes last: where
// there is a new one, its rejects and hospitals are there as well, and after an error in an input nothing is written.
func Import(ctx context.Context, opts ImportOptions) (*Report, error) {
	files, err := inputs(opts.Inputs)
	if err != nil {
		return nil, err
	}
	if err := opts.apart(files); err != nil {
		return nil, err
	}
	out, err := claims.NewWriter(opts.Out, opts.Write)
	if err != nil {
		return nil, err
	}
	defer out.Abort()
	sink := Sink{Claims: out.Write, Reject: func(r claims.RejectedRow) error {
		return fmt.Errorf("%s (name a file for rejects to go on without such rows)", r.Findings[0])
	}}
	var rejects *claims.RejectsWriter
	if opts.Rejects != "" {
		if rejects, err = claims.NewRejectsWriter(opts.Rejects); err != nil {
			return nil, err
		}
		defer rejects.Abort()
		sink.Reject = rejects.Write
	}
	r := NewReader(opts.Mapping, sink)
	r.progress = meter{total: totalSize(files), tell: opts.Progress}
	for _, path := range files {
		if err := r.readFile(ctx, path); err != nil {
			return nil, err
		}
	}
	report, err := r.Close()
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	if rejects != nil {
		if err := rejects.Close(); err != nil {
			return nil, err
		}
	}
	if opts.Hospitals != "" {
		if err := region.WriteHospitals(opts.Hospitals, report.Hospitals); err != nil {
			return nil, err
		}
	}
	if err := out.Close(); err != nil {
		return nil, err
	}
	return report, nil
}

// inputs finds the files of names and patterns, in their order, each pattern's in the order of names.
func inputs(names []string) ([]string, error) {
	if len(names) == 0 {
		return nil, errors.New("import: no input is named")
	}
	var out []string
	for _, name := range names {
		found := []string{name}
		if _, err := os.Stat(name); err != nil {
			if found, err = filepath.Glob(name); err != nil {
				return nil, fmt.Errorf("input %q: the pattern is malformed", name)
			}
			if len(found) == 0 {
				return nil, missing(name)
			}
		}
		for _, path := range found {
			if slices.Contains(out, path) {
				return nil, fmt.Errorf("input %s is named twice; its rows would count double", filepath.ToSlash(path))
			}
			out = append(out, path)
		}
	}
	return out, nil
}

// missing names the nearest file of the directory.
func missing(name string) error {
	var there []string
	entries, err := os.ReadDir(filepath.Dir(name))
	if err == nil {
		for _, e := range entries {
			there = append(there, e.Name())
		}
	}
	return fmt.Errorf("input %s: there is no such file%s: %w", filepath.ToSlash(name), nearest.Hint(filepath.Base(name), there), fs.ErrNotExist)
}

// apart makes sure that no output takes the place of an input or of another output.
func (opts *ImportOptions) apart(files []string) error {
	taken := map[string]string{}
	for _, f := range files {
		taken[resolved(f)] = "the input " + filepath.ToSlash(f)
	}
	for _, o := range []struct{ what, path string }{{"claims", opts.Out}, {"rejects", opts.Rejects}, {"hospitals", opts.Hospitals}} {
		if o.path == "" {
			if o.what == "claims" {
				return errors.New("import: no output is named")
			}
			continue
		}
		if by, ok := taken[resolved(o.path)]; ok {
			return fmt.Errorf("output %s for %s is %s", filepath.ToSlash(o.path), o.what, by)
		}
		taken[resolved(o.path)] = "the output for " + o.what
	}
	return nil
}

// resolved is a path by which two names of one file can be known.
func resolved(path string) string {
	if p, err := filepath.EvalSymlinks(path); err == nil {
		path = p
	}
	if p, err := filepath.Abs(path); err == nil {
		path = p
	}
	return path
}

func totalSize(files []string) (total int64) {
	for _, f := range files {
		if info, err := os.Stat(f); err == nil {
			total += info.Size()
		}
	}
	return total
}

// meter tells how far reading has come.
type meter struct {
	done, total int64
	tell        func(done, total int64)
}

func (m *meter) add(n int64) {
	m.done += n
	if m.tell != nil && n > 0 {
		m.tell(m.done, m.total)
	}
}

// metered counts the bytes that pass.
type metered struct {
	io.Reader
	m *meter
}

func (r metered) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.m.add(int64(n))
	return n, err
}

// readFile reads one input of either kind.
func (r *Reader) readFile(ctx context.Context, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("input: %w", err)
	}
	defer f.Close()
	var head [6]byte
	n, err := io.ReadFull(f, head[:])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("input: %w", err)
	}
	name := filepath.ToSlash(path)
	if holdsClaims(head[:n]) {
		return r.pass(ctx, path)
	}
	if r.m == nil {
		return fmt.Errorf("%s: it holds text; CSV needs a mapping file", name)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("input: %w", err)
	}
	return r.Read(ctx, name, metered{f, &r.progress})
}

// holdsClaims tells Arrow IPC files and streams and Parquet from text.
func holdsClaims(head []byte) bool {
	return bytes.HasPrefix(head, []byte("ARROW1")) || bytes.HasPrefix(head, []byte("PAR1")) || bytes.HasPrefix(head, []byte{0xff, 0xff, 0xff, 0xff})
}

// pass copies the claims of a file that holds claims already.
func (r *Reader) pass(ctx context.Context, path string) error {
	if err := r.flush(); err != nil {
		return err
	}
	file := FileReport{Name: filepath.ToSlash(path)}
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("input: %w", err)
	}
	told := int64(0)
	tell := func(done, total int64) {
		now := info.Size() / max(total, 1) * done // bytes, to the row
		r.progress.add(now - told)
		told = now
	}
	_, err = claims.ScanFile(ctx, path, claims.ReadOptions{Progress: tell, Reject: func(row claims.RejectedRow) error {
		r.row.findings = append(r.row.findings[:0], row.Findings...)
		gross, known := row.Findings[0].Gross, row.Findings[0].GrossKnown
		if err := file.Read.Add(gross, known); err != nil {
			return err
		}
		return r.reject(&file, row.Row, gross, known, row.Cells)
	}}, batchRows, func(t *claims.Table) error {
		seen := make([]bool, t.Hospital.Values.Len())
		for i, gross := range t.Gross {
			if err := errors.Join(file.Read.Add(gross, true), file.Loaded.Add(gross, true)); err != nil {
				return err
			}
			if code := t.Hospital.Codes[i]; !seen[code] {
				seen[code] = true
				r.hospitals.know(t.Hospital.At(i))
			}
		}
		return r.sink.Claims(t)
	})
	if err != nil {
		return err
	}
	r.progress.add(info.Size() - told)
	return r.report.add(file)
}
