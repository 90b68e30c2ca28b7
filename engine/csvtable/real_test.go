package csvtable

import (
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The published tables of Chinese cities come as UTF-8, with and without a mark, and as GB18030 without one.
func TestPublishedTables(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "data", "chs-drg-payment", "*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("the public data chs-drg-payment is not beside the project")
	}
	rows := 0
	for _, path := range files {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		r, err := Decode(f)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		f.Close()
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(path), err)
			continue
		}
		c := csv.NewReader(strings.NewReader(string(text)))
		c.FieldsPerRecord = -1
		recs, err := c.ReadAll()
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(path), err)
			continue
		}
		rows += len(recs) - 1
		if !strings.ContainsAny(string(text), "组权费") || strings.HasPrefix(string(text), "\ufeff") {
			t.Errorf("%s: no group, weight or cost is in the text", filepath.Base(path))
		}
	}
	t.Logf("%d rows in %d files", rows, len(files))
}
