package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/drgsim/drgsim/engine/claims/rowindex"
)

func (a *app) indexCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "index FILE|SHARD_FOLDER...",
		Short: "Build the index of files of claims, so that one claim is explained at once",
		Long: `Index writes beside each file of claims an index (claims.arrow.idx) of where each claim and each person stands, 16 bytes a
claim. explain then reads one person's claims only. An index belongs to the content of its file: when that changes, explain
refuses the index until it is built again. Compressed files can be indexed too, but a batch of one is read whole.

` + exitHelp,
		Example: "  drgsim index testdata/demo/claims.arrow\n  drgsim index out/shards",
		Args:    usageArgs(cobra.MinimumNArgs(1)),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.index(cmd.Context(), args) },
	}
}

// index builds the index of each file, and of each shard of the folders among them.
func (a *app) index(ctx context.Context, inputs []string) error {
	files, err := expandInputs(inputs)
	if err != nil {
		return err
	}
	var rows int64
	for _, file := range files {
		bar := a.startProgress("index "+file, "rows")
		n, err := rowindex.Build(ctx, file, rowindex.Options{Workers: a.settings.GetInt("workers"), Progress: bar.tell, Sorted: bar.in("sort the index", "parts")})
		bar.end()
		if err != nil {
			return err
		}
		rows += n
	}
	return a.confirm("%d claims of %d files are indexed", rows, len(files))
}
