// Package wholefile writes files whole or not at all: into a temporary file in the same directory, flushed to the
// disk, then renamed over the final name. Files are readable by their owner alone.
package wholefile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// File is an output in the making. Exactly one of Commit and Abort ends it; Abort after Commit does nothing, so it
// may be deferred.
type File struct {
	f    *os.File
	path string
	done bool
}

// Create begins the file that Commit will put at path. A file that already stands there is untouched until then.
func Create(path string) (*File, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.part")
	if err != nil {
		return nil, err
	}
	return &File{f: f, path: path}, nil
}

// Write adds bytes to the end.
func (w *File) Write(p []byte) (int, error) { return w.f.Write(p) }

// Name returns where the file stands until Commit.
func (w *File) Name() string { return w.f.Name() }

// Rewind takes back what was written from a position on.
func (w *File) Rewind(to int64) error {
	if err := w.f.Truncate(to); err != nil {
		return err
	}
	_, err := w.f.Seek(to, io.SeekStart)
	return err
}

// Commit flushes the file and gives it its name. After an error nothing is left behind.
func (w *File) Commit() error { return w.commit(w.f.Sync) }

// CommitScratch is Commit for a file that need not outlast a crash: the disk may take its time.
func (w *File) CommitScratch() error { return w.commit(func() error { return nil }) }

func (w *File) commit(flush func() error) error {
	if w.done {
		return os.ErrClosed
	}
	w.done = true
	// The file stays its owner's alone, as CreateTemp makes it: most outputs name persons, and whoever may see one is for its
	// owner to say.
	err := errors.Join(flush(), w.f.Close())
	if err == nil {
		err = os.Rename(w.f.Name(), w.path)
	}
	if err != nil {
		return errors.Join(err, ignoreMissing(os.Remove(w.f.Name())))
	}
	return nil
}

// Abort throws the file away.
func (w *File) Abort() error {
	if w.done {
		return nil
	}
	w.done = true
	return errors.Join(w.f.Close(), ignoreMissing(os.Remove(w.f.Name())))
}

func ignoreMissing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// Write writes what fill produces to path, or nothing when fill fails.
func Write(path string, fill func(io.Writer) error) error {
	w, err := Create(path)
	if err != nil {
		return err
	}
	if err := fill(w); err != nil {
		return errors.Join(err, w.Abort())
	}
	return w.Commit()
}
