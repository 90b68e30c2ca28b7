// Answers prints what a study comes to by scenario, hospital and scheme, in whole fen and millionths of a point, with the
// pockets that reports do not show by hospital: what the answers of the other engines are held against.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/settle"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: go run ./testdata/bench/answers STUDY.yaml POLICIES")
		os.Exit(2)
	}
	if err := answers(context.Background(), os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "answers:", err)
		os.Exit(1)
	}
}

func answers(ctx context.Context, path, policies string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	study, err := engine.ReadStudy(path, text)
	if err != nil {
		return err
	}
	ses, err := engine.Open(ctx, study, engine.OpenOptions{Policies: os.DirFS(policies)})
	if err != nil {
		return err
	}
	results, err := engine.Run(ctx, ses.Plans, ses.Source(), engine.Options{})
	if err != nil {
		return err
	}
	w := bufio.NewWriter(os.Stdout)
	fmt.Fprintln(w, "scenario,hospital,scheme,claims,gross,deductible,coinsurance,over_ceiling,fund,points,base,paid")
	for _, r := range results {
		for i := range r.Outcome.Hospitals {
			h := &r.Outcome.Hospitals[i]
			p := pockets(r.Partial.Tally, ses, h)
			fmt.Fprintf(w, "%s,%s,%s,%d,%d,%d,%d,%d,%d,%d,%d,%d\n", r.Plan.Scenario.Name, h.Hospital, h.Scheme, h.Claims, int64(h.Gross),
				int64(p[benefit.Deductible]), int64(p[benefit.Coinsurance]), int64(p[benefit.OverCeiling]), int64(p[benefit.Fund]),
				int64(h.Points), int64(h.Base), int64(h.Paid))
		}
	}
	return w.Flush()
}

// pockets sums a hospital's claims of one scheme by pocket.
func pockets(t *settle.Tally, ses *engine.Session, h *settle.HospitalResult) benefit.Pockets {
	var sum benefit.Pockets
	for scheme, name := range ses.Region.Schemes {
		if name != h.Scheme {
			continue
		}
		for stream := range t.Dims.Streams {
			for month := range settle.Months {
				for i, fen := range t.Cell(stream, scheme, h.At, month).Pockets {
					sum[i] += fen
				}
			}
		}
	}
	return sum
}
