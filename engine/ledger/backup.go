package ledger

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// backupHead is the first line of a portable backup; a line for each row of the journal follows.
type backupHead struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
	Seq     int64  `json:"seq"`
	Hash    string `json:"hash"`
}

const backupFormat = "drgsim ledger"

// Backup writes the ledger to a new file, whole or not at all, readable by its owner alone, while others go on working. A
// ledger in SQLite is copied as it is when the file ends in .db or .sqlite; otherwise the journal is written as text, a
// row a line, from which Restore makes a ledger in either database.
func (l *Ledger) Backup(ctx context.Context, path string) (Head, error) {
	if _, err := os.Lstat(path); err == nil {
		return Head{}, fmt.Errorf("backup: %s is there already; a backup never replaces a file", path)
	}
	part, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.part") // for its owner alone
	if err != nil {
		return Head{}, fmt.Errorf("backup: %w", err)
	}
	defer removeFile(part.Name())
	defer l.over()
	var head Head
	if ext := filepath.Ext(path); !l.dialect.numbered && (ext == ".db" || ext == ".sqlite") {
		head, err = l.copyFile(ctx, part.Name())
	} else {
		head, err = l.export(ctx, part)
	}
	err = errors.Join(err, part.Sync(), part.Close())
	if err == nil {
		err = os.Rename(part.Name(), path)
	}
	if err != nil {
		return Head{}, fmt.Errorf("backup to %s: %w", path, err)
	}
	return head, nil
}

// removeFile removes a file of SQLite that failed, with the rollback journal that SQLite leaves beside it on a full disk.
func removeFile(path string) error {
	err := os.Remove(path)
	if journal := os.Remove(path + "-journal"); !errors.Is(journal, os.ErrNotExist) {
		err = errors.Join(err, journal)
	}
	return err
}

// copyFile lets SQLite copy itself, and reads the copy's head.
func (l *Ledger) copyFile(ctx context.Context, path string) (Head, error) {
	l.tell("copy the file", 0, 0)
	if _, err := l.db.ExecContext(ctx, `VACUUM INTO ?`, path); err != nil {
		return Head{}, err
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0) // SQLite wrote through a handle of its own
	if err != nil {
		return Head{}, err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return Head{}, err
	}
	c, err := openToRead(ctx, path)
	if err != nil {
		return Head{}, err
	}
	head, err := c.Head(ctx)
	return head, errors.Join(err, c.Close())
}

// export writes the journal as text.
func (l *Ledger) export(ctx context.Context, w io.Writer) (Head, error) {
	out := bufio.NewWriterSize(w, 1<<16)
	lines := json.NewEncoder(out)
	var head Head
	err := l.read(ctx, func(tx *sql.Tx) error {
		var err error
		if head, err = l.headOf(ctx, tx, false); err != nil {
			return err
		}
		if err := lines.Encode(backupHead{backupFormat, format, head.Seq, head.Hash}); err != nil {
			return err
		}
		for next := int64(1); next <= head.Seq; {
			rows, err := l.journalFrom(ctx, tx, next, page)
			if err != nil {
				return err
			}
			if len(rows) == 0 {
				return fmt.Errorf("the journal ends before row %d; verify the ledger", next)
			}
			for i := range rows {
				if err := lines.Encode(&rows[i]); err != nil {
					return err
				}
			}
			next = rows[len(rows)-1].Seq + 1
			l.tell("write rows", int(next-1), int(head.Seq))
		}
		return nil
	})
	if err != nil {
		return head, err
	}
	return head, out.Flush()
}

// RestoreTo makes a ledger from a backup, or fills an empty one, and returns where it is. When that fails, a file that was made for it
// is removed. progress, which may be nil, is that of the ledger.
func RestoreTo(ctx context.Context, place, path string, progress func(stage string, done, total int64)) (at string, head Head, err error) {
	if _, err := os.Stat(path); err != nil {
		return "", Head{}, fmt.Errorf("restore: %w", err)
	}
	_, missing := os.Lstat(place)
	l, err := Open(ctx, place)
	if err != nil {
		return "", Head{}, err
	}
	l.Progress = progress
	head, err = l.Restore(ctx, path)
	if err = errors.Join(err, l.Close()); err != nil && !l.dialect.numbered && errors.Is(missing, os.ErrNotExist) {
		err = errors.Join(err, removeFile(place))
	}
	return l.place, head, err
}

// Restore fills an empty ledger from a backup of either form, after checking every hash, in one step.
func (l *Ledger) Restore(ctx context.Context, path string) (Head, error) {
	defer l.over()
	f, err := os.Open(path)
	if err != nil {
		return Head{}, fmt.Errorf("restore: %w", err)
	}
	defer f.Close() // only read from
	in := bufio.NewReaderSize(f, 1<<16)
	if magic, _ := in.Peek(16); strings.HasPrefix(string(magic), "SQLite format 3") {
		return l.restoreFile(ctx, path)
	}
	var head Head
	err = l.write(ctx, func(tx *sql.Tx) error {
		head, err = l.restoreText(ctx, tx, in)
		return err
	})
	if err != nil {
		return Head{}, fmt.Errorf("restore from %s: %w", path, err)
	}
	return head, nil
}

func (l *Ledger) restoreText(ctx context.Context, tx *sql.Tx, in io.Reader) (Head, error) {
	lines := json.NewDecoder(in)
	var head backupHead
	if err := lines.Decode(&head); err != nil || head.Format != backupFormat {
		return Head{}, errors.New("the file is no backup of a ledger")
	}
	if head.Version != format {
		return Head{}, fmt.Errorf("the backup has format %d, this program knows format %d", head.Version, format)
	}
	at, err := l.headOf(ctx, tx, true)
	if err != nil {
		return Head{}, err
	}
	if at.Seq != 0 {
		return Head{}, errors.New("the ledger is not empty; restore into a new one")
	}
	var part []Row
	for {
		var r Row
		err := lines.Decode(&r)
		if err != nil && !errors.Is(err, io.EOF) {
			return Head{}, fmt.Errorf("after row %d: %w", at.Seq, err)
		}
		if len(part) == page || (err != nil && len(part) > 0) {
			if err := l.append(ctx, tx, part); err != nil {
				return Head{}, err
			}
			l.tell("restore rows", int(at.Seq), int(head.Seq))
			part = part[:0]
		}
		if err != nil {
			break
		}
		if r.Seq != at.Seq+1 || r.chain(at.Hash) != r.Hash {
			return Head{}, fmt.Errorf("row %d is not what the ledger wrote after row %d", r.Seq, at.Seq)
		}
		at = Head{r.Seq, r.Hash}
		part = append(part, r)
	}
	if at.Seq != head.Seq || at.Seq != 0 && at.Hash != head.Hash {
		return Head{}, fmt.Errorf("it ends with row %d instead of row %d", at.Seq, head.Seq)
	}
	return at, nil
}

// restoreFile copies the journal of a ledger in SQLite.
func (l *Ledger) restoreFile(ctx context.Context, path string) (Head, error) {
	src, err := openToRead(ctx, path)
	if err != nil {
		return Head{}, err
	}
	r, w := io.Pipe()
	go func() {
		_, err := src.export(ctx, w)
		w.CloseWithError(err)
	}()
	var head Head
	err = l.write(ctx, func(tx *sql.Tx) error {
		head, err = l.restoreText(ctx, tx, r)
		r.CloseWithError(err)
		return err
	})
	return head, errors.Join(err, src.Close())
}
