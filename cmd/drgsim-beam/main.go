// Command drgsim-beam works out a study over a folder of shards on Apache Beam: on this machine, or on a Flink, Spark or
// Dataflow runner. The result is the same to the byte as that of drgsim compare.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/x/beamx"
)

func main() {
	study := flag.String("study", "", "study file whose claims are a folder of shards; every worker must see it under this path")
	sums := flag.String("sums", "", "file for the merged sums; the worker that writes it and this program must see it under this path")
	output := flag.String("output", "", "file for the comparison as JSON; empty for standard output")
	flag.Parse()
	beam.Init()
	if err := run(context.Background(), *study, *sums, *output); err != nil {
		fmt.Fprintf(os.Stderr, "drgsim-beam: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, study, sums, output string) error {
	if study == "" || sums == "" {
		return fmt.Errorf("-study and -sums are required")
	}
	ses, err := session(study)
	if err != nil {
		return err
	}
	p, err := pipeline(study, sums)
	if err != nil {
		return err
	}
	if err := beamx.Run(ctx, p); err != nil {
		return err
	}
	text, err := settled(ses, sums)
	if err != nil {
		return err
	}
	if output == "" {
		_, err = os.Stdout.Write(text)
		return err
	}
	return os.WriteFile(output, text, 0o600) // as all that drgsim writes
}
