package shards

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/wholefile"
)

// ManifestFile is the name of the manifest in a folder of shards.
const ManifestFile = "manifest.json"

// version is that of the manifest's form.
const version = 1

// Manifest says what a folder of shards holds.
type Manifest struct {
	Version int       `json:"version"`
	Rows    int64     `json:"rows"`
	Fen     money.Fen `json:"fen"` // sum of gross
	// Read counts what the inputs held, Rejected what could not become a claim or whose id another person's claim has.
	Read     claims.Count `json:"read"`
	Rejected claims.Count `json:"rejected"`
	Groups   []string     `json:"groups"` // all group codes, sorted
	Shards   []Entry      `json:"shards"`

	dir string
}

// Entry describes one shard.
type Entry struct {
	File    string    `json:"file"` // in the manifest's folder
	Rows    int64     `json:"rows"`
	Persons int64     `json:"persons"`
	Fen     money.Fen `json:"fen"` // sum of gross
	Bytes   int64     `json:"bytes"`
	// Hash is the SHA-256 of the file's end, which holds the checksums of all the rest: together with the checksums that
	// are verified when the file is read it stands for the whole content.
	Hash string `json:"hash"`
}

// Is reports whether a folder holds shards.
func Is(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, ManifestFile))
	return err == nil && info.Mode().IsRegular()
}

// Open reads the manifest of a folder and holds the size and hash of each shard against it.
func Open(dir string) (*Manifest, error) {
	m, err := Read(dir)
	if err != nil {
		return nil, err
	}
	for i := range m.Shards {
		if err := m.Verify(i); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// Verify holds the size and hash of shard i against the manifest.
func (m *Manifest) Verify(i int) error {
	path := filepath.Join(m.dir, ManifestFile)
	size, hash, err := hashEnd(m.Path(i))
	if err != nil {
		return fmt.Errorf("%s: shard %d: %w", path, i, err)
	}
	if size != m.Shards[i].Bytes || hash != m.Shards[i].Hash {
		return fmt.Errorf("%s: shard %s is not the file that the manifest was written for; split the claims again", path, m.Shards[i].File)
	}
	return nil
}

// ShardOf returns in which shard the claims of a person are.
func (m *Manifest) ShardOf(person string) int {
	return int(hash([]byte(person)) % uint64(len(m.Shards)))
}

// Read reads the manifest of a folder and does not look at the shards, for callers that need few of them; see Verify.
func Read(dir string) (*Manifest, error) {
	path := filepath.Join(dir, ManifestFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("opening shards: %w", err)
	}
	m := &Manifest{dir: dir}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(m); err != nil {
		return nil, fmt.Errorf("%s: not a manifest of shards: %w", path, err)
	}
	if m.Version != version {
		return nil, fmt.Errorf("%s: version %d; this program reads version %d", path, m.Version, version)
	}
	if len(m.Shards) == 0 {
		return nil, fmt.Errorf("%s: names no shards; at least one is needed", path)
	}
	var rows int64
	var fen money.Fen
	for i := range m.Shards {
		e := &m.Shards[i]
		if e.File != filepath.Base(e.File) {
			return nil, fmt.Errorf("%s: shard %q must be a file in the same folder", path, e.File)
		}
		rows += e.Rows
		if fen, err = money.Add(fen, e.Fen); err != nil {
			return nil, fmt.Errorf("%s: sum of gross: %w", path, err)
		}
	}
	if rows != m.Rows || fen != m.Fen {
		return nil, fmt.Errorf("%s: the shards have %d rows and %s, the manifest says %d and %s", path, rows, fen, m.Rows, m.Fen)
	}
	return m, nil
}

// Path returns the path of shard i.
func (m *Manifest) Path(i int) string { return filepath.Join(m.dir, m.Shards[i].File) }

// Hash stands for the content of all shards.
func (m *Manifest) Hash() string {
	h := sha256.New()
	for i := range m.Shards {
		fmt.Fprintf(h, "%s %d\n", m.Shards[i].Hash, m.Shards[i].Bytes)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func (m *Manifest) write() error {
	return wholefile.Write(filepath.Join(m.dir, ManifestFile), func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(m)
	})
}

// endBytes is how much of a file's end is hashed: its footer and at least the beginning of what follows the checksums,
// whose own checksum stands last.
const endBytes = 64 << 10

func hashEnd(path string) (size int64, hash string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return 0, "", err
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(f, max(info.Size()-endBytes, 0), endBytes)); err != nil {
		return 0, "", err
	}
	return info.Size(), hex.EncodeToString(h.Sum(nil)), nil
}
