package ledger

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
)

func FuzzReviews(f *testing.F) {
	f.Add([]byte("kind,claim_id,hospital_id,scheme,amount,reason\nreject,C1,,,,x\ndeduct,,H1,employee,5.00,y\n"))
	f.Add([]byte("kind,reason\nreject,x\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		reviews, err := ReadReviews("f.csv", bytes.NewReader(text))
		if err != nil {
			return
		}
		for _, v := range reviews {
			if v.Amount < 0 || v.Whole && (v.Deduct || v.Amount != 0) || !v.Deduct && v.ClaimID == "" || v.Reason == "" {
				t.Errorf("read %+v", v)
			}
		}
	})
}

// Whatever a file holds, restoring from it either gives a sound ledger or leaves an empty one.
func FuzzRestore(f *testing.F) {
	ctx := context.Background()
	src, err := Open(ctx, filepath.Join(f.TempDir(), "src.db"))
	if err != nil {
		f.Fatal(err)
	}
	defer src.Close()
	if _, err := src.OpenMonth(ctx, 24312, clerk); err != nil {
		f.Fatal(err)
	}
	var text bytes.Buffer
	if _, err := src.export(ctx, &text); err != nil {
		f.Fatal(err)
	}
	f.Add(text.Bytes())
	f.Add([]byte(`{"format":"drgsim ledger","version":1,"seq":0,"hash":""}`))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		file, place := filepath.Join(dir, "f.jsonl"), filepath.Join(t.TempDir(), "l.db")
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		l := open(t, place)
		if bytes.HasPrefix(text, []byte("SQLite format 3")) {
			t.Skip()
		}
		_, err := l.Restore(ctx, file)
		if head := verified(t, l); err != nil && head.Seq != 0 {
			t.Errorf("an error left %d rows", head.Seq)
		}
	})
}
