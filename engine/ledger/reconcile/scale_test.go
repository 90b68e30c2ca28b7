package reconcile

import (
	"context"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"testing"
)

// endless makes a list of any length without holding it: every thousandth row differs or is missing on the other side.
type endless struct {
	rows   int
	theirs bool
}

func (e endless) Fields() Fields { return everything }

func (e endless) Each(_ context.Context, yield func(*Record) error) error {
	r := rand.New(rand.NewPCG(1, 1))
	for i := range e.rows {
		v := visit(i, r)
		v.Row = int64(i + 1)
		switch {
		case i%1000 == 0 && e.theirs:
			v.Amount[Fund]++
		case i%1000 == 1 && e.theirs, i%1000 == 2 && !e.theirs:
			continue
		}
		if err := yield(&v); err != nil {
			return err
		}
	}
	return nil
}

// Lists that are larger than memory are compared within a few hundred MB. DRGSIM_RECONCILE_SCALE sets the rows of a side.
func TestScale(t *testing.T) {
	n := 30_000
	if s := os.Getenv("DRGSIM_RECONCILE_SCALE"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	res, _, err := Run(context.Background(), endless{n, false}, endless{n, true}, nil, Options{Month: march, Temp: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	want := int64(n / 1000)
	if res.Count[AmountDiffers] != want || res.Count[OnlyOurs] != want || res.Count[OnlyTheirs] != want || len(res.Differences) != int(3*want) {
		t.Errorf("counts %v, want %d of three classes", res.Count, want)
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	t.Logf("%d rows a side, %d MB from the system", n, m.Sys>>20)
}
