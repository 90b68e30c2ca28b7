package csvtable

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

var columns = Need("code", "amount").May("name", "share", "points", "count", "open", "from", "kind")

const sample = "code,name,amount,share,points,count,open,from,kind\n" +
	"0123,心力衰竭,\"1,234.5\",85%,142.5,7,true,2026-03-15,b\n" +
	"BQY,,-0.05,,,,,,\n"

type rec struct {
	code, name string
	amount     money.Fen
	share      money.Ratio
	points     money.Points
	count      int64
	open       bool
	from       claims.Date
	kind       string
}

func load(t *Table) ([]rec, error) {
	var out []rec
	for r := range t.Rows() {
		out = append(out, rec{r.Text("code"), r.Text("name"), r.Fen("amount"), r.Ratio("share"), r.Points("points"),
			r.Int("count", 0, 9), r.Bool("open"), r.Date("from"), r.Word("kind", []string{"a", "b"})})
	}
	return out, t.Err()
}

func checkSample(t *testing.T, r io.Reader) {
	t.Helper()
	tab, err := Read("x.csv", r, columns)
	if err != nil {
		t.Fatal(err)
	}
	got, err := load(tab)
	if err != nil {
		t.Fatal(err)
	}
	want := []rec{
		{"0123", "心力衰竭", 123450, 850_000, 142_500_000, 7, true, claims.DateOf(2026, 3, 15), "b"},
		{code: "BQY", amount: -5, from: claims.NoDate},
	}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func zipped(t *testing.T, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, s); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRead(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(sample)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"utf8":     sample,
		"mark":     "\ufeff" + sample,
		"crlf":     strings.ReplaceAll(sample, "\n", "\r\n"),
		"gb18030":  gb,
		"gzip":     string(zipped(t, sample)),
		"gzip+gb":  string(zipped(t, gb)),
		"blanks":   strings.ReplaceAll(sample, "code,name,", " code , name ,"),
		"no final": strings.TrimSuffix(sample, "\n"),
	} {
		t.Run(name, func(t *testing.T) {
			checkSample(t, strings.NewReader(text))
			checkSample(t, iotest.OneByteReader(strings.NewReader(text)))
		})
	}
}

func TestReadErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", `x.csv: the file is empty; a header is needed: code,amount,`},
		{"code,amont\n", `x.csv:1: unknown column "amont"; columns are code, amount, name, share, points, count, open, from, kind; nearest is "amount"`},
		{"code,amount,code\n", `x.csv:1: column "code" is repeated`},
		{"code,name\n", `x.csv:1: column "amount" is missing; the header has code, name`},
		{"code,amount\na\n", `x.csv:2: the row has 1 cells, the header has 2`},
		{"code,amount\n\n\"a\nb\",1\nc,\n", `x.csv:5: column "amount": the cell is blank, a value is needed`},
		{"code,amount\na,1.005\n", `x.csv:2: column "amount": amount "1.005": more than 2 decimals`},
		{"code,amount,open\na,1,yes\n", `x.csv:2: column "open": "yes" is neither true nor false`},
		{"code,amount,count\na,1,10\n", `x.csv:2: column "count": "10" is not a whole number from 0 to 9`},
		{"code,amount,kind\na,1,bb\n", `x.csv:2: column "kind": "bb" is none of a, b; nearest is "b"`},
		{"code,amount,from\na,1,2026-02-30\n", `x.csv:2: column "from": date "2026-02-30" is not a day written as 2026-03-15`},
		{"code,amount\na,\"1\n", `x.csv:2: a quoted cell is not closed, or text follows its closing quote`},
		{"code,amount\na\"b,1\n", `x.csv:2: a quote stands inside a cell that is not quoted`},
		{"code,amount\na,\xff\xff\n", `x.csv: the text is not valid UTF-8 or GB18030`},
		{"\xff\xfec\x00", `x.csv: the text is UTF-16; save it as UTF-8 or GB18030`},
		{"\x1f\x8bxx", `x.csv: gzip: `},
	} {
		tab, err := Read("x.csv", strings.NewReader(c.text), columns)
		if err == nil {
			_, err = load(tab)
		}
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %s", c.text, err, c.want)
		}
	}
}

// A byte that breaks UTF-8 far behind the window is found as well.
func TestLateBadByte(t *testing.T) {
	text := "心" + strings.Repeat("x", 3*window) + "\xff"
	r, err := Decode(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, r)
	if err == nil || err.Error() != "the text is not valid UTF-8" || n != int64(len(text)-1) {
		t.Errorf("got %d bytes, %v", n, err)
	}
}

func TestTruncatedGzip(t *testing.T) {
	z := zipped(t, sample)
	_, err := Read("x.csv", bytes.NewReader(z[:len(z)-9]), columns)
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v", err)
	}
}

func TestOpen(t *testing.T) {
	_, err := Open(filepath.Join("no", "such.csv"), columns)
	if !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "no/such.csv: ") {
		t.Errorf("got %v", err)
	}
	tab, err := OpenFS(fstest.MapFS{"a.csv": {Data: []byte(sample)}}, "a.csv", "packs/a.csv", columns)
	if err != nil || tab.Len() != 2 || !tab.Has("share") || tab.Has("colour") || tab.Name != "packs/a.csv" {
		t.Errorf("got %+v, %v", tab, err)
	}
}

func TestUndeclaredColumnIsABug(t *testing.T) {
	tab, err := Read("x.csv", strings.NewReader(sample), columns)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if recover() == nil {
			t.Error("reading an undeclared column went through")
		}
	}()
	for r := range tab.Rows() {
		r.Text("colour")
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte("\ufeffcode,amount\r\n\"a\",1\r\n"))
	f.Add([]byte("code,amount\n\xd0\xc4,1\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		tab, err := Read("x.csv", bytes.NewReader(b), columns)
		if err != nil {
			return
		}
		if rows, err := load(tab); err == nil && len(rows) != tab.Len() {
			t.Errorf("%d rows of %d without an error", len(rows), tab.Len())
		}
	})
}
