package ledger

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/ledger/calendar"
)

// fullDisk takes nothing.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }

// An error of writing is told once, and a database that could not be written leaves nothing behind.
func TestFullDiskIsToldOnce(t *testing.T) {
	dir := t.TempDir()
	l := open(t, filepath.Join(dir, "ledger.db"))
	// A row longer than what is held before it is written.
	if _, err := l.OpenMonth(t.Context(), calendar.MonthOf(2026, 1), Stamp{By: strings.Repeat("x", 1<<17), At: "2026-01-01T00:00:00Z"}); err != nil {
		t.Fatal(err)
	}
	_, err := l.export(t.Context(), fullDisk{})
	if err == nil || strings.Count(err.Error(), "no space left") != 1 {
		t.Errorf("the error reads %v", err)
	}
	for _, name := range []string{"part", "part-journal"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := removeFile(filepath.Join(dir, "part")); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "part*")); len(left) > 0 {
		t.Errorf("%v was left behind", left)
	}
}
