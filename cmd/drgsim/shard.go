package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/drgsim/drgsim/engine/check"
	"github.com/drgsim/drgsim/engine/claims/shards"
)

// shardBytes is about how much of the inputs goes into one shard unless the user says otherwise.
const shardBytes = 64 << 20

// splitGCPercent is by how much memory may grow beyond what is in use while claims are split.
const splitGCPercent = 30

func (a *app) shardCmd() *cobra.Command {
	var out string
	var count int
	var index bool
	cmd := &cobra.Command{
		Use:   "shard INPUT... -o DIR",
		Short: "Split claims by person into files, for more claims than fit in memory",
		Long: `Shard reads files of claims as a stream and writes them to a folder as shards: Arrow files that hold whole persons, each
person's claims together, with a manifest of their rows, money and hashes. A study whose claims: names the folder keeps one
shard in memory for each worker, whatever the size of the whole. Rows that cannot be read, and rows whose id an earlier claim
of another person has, go to rejects.arrow in the folder. Each shard is checked as it is written and keeps what was found:
when it is used, only what hangs on the region is checked again, and only the columns are read that the rules look at.

` + exitHelp,
		Example: "  drgsim shard 'data/claims-*.arrow' -o out/shards --shards 200\n  drgsim compare nation.yaml --resume out/finished",
		Args:    usageArgs(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if count < 0 || count > shards.MaxShards {
				return usageError(fmt.Errorf("--shards %d is not from 1 to %d, nor 0 for one for each %d MB of input", count, shards.MaxShards, shardBytes>>20))
			}
			files, err := expandInputs(args)
			if err != nil {
				return err
			}
			if count == 0 {
				if count, err = shardsFor(files); err != nil {
					return err
				}
			}
			if err := a.shard(cmd, files, out, count); err != nil || !index {
				return err
			}
			return a.index(cmd.Context(), []string{out})
		},
	}
	f := cmd.Flags()
	f.StringVarP(&out, "output", "o", "", "`folder` to write (required)")
	f.IntVar(&count, "shards", 0, fmt.Sprintf("`number` of shards, up to %d; 0: one for each %d MB of input", shards.MaxShards, shardBytes>>20))
	f.BoolVar(&index, "index", false, "build the index of each shard too, as drgsim index does")
	if err := cmd.MarkFlagRequired("output"); err != nil {
		panic("BUG: " + err.Error())
	}
	return cmd
}

func (a *app) shard(cmd *cobra.Command, files []string, out string, count int) error {
	// What is split passes through memory in large pieces, in which the collector has nothing to look at: it may run often, so that they
	// do not pile up.
	defer debug.SetGCPercent(debug.SetGCPercent(splitGCPercent))
	bar := a.startProgress("split", "rows")
	defer bar.end()
	rejects := &rejectsFile{dir: out}
	m, err := shards.Split(cmd.Context(), files, out, shards.Options{
		Shards: count, Workers: a.settings.GetInt("workers"), Reject: rejects.add, Vouch: check.Vouch,
		Progress: func(stage string, done, total int64) { bar.in(stage, "rows")(done, total) },
	})
	if err := errors.Join(err, rejects.close()); err != nil {
		return err
	}
	bar.end()
	return a.confirm("%d claims, %s, in %d shards in %s; %d rows read, %d set aside",
		m.Rows, m.Fen, len(m.Shards), filepath.Clean(out), m.Read.Rows, m.Rejected.Rows)
}

func shardsFor(files []string) (int, error) {
	var size int64
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			return 0, err
		}
		size += info.Size()
	}
	return int(min(size/shardBytes+1, shards.MaxShards)), nil
}

func (a *app) partialCmd() *cobra.Command {
	var resume string
	var shard int
	var set []string
	cmd := &cobra.Command{
		Use:   "partial STUDY --shard N --resume DIR",
		Short: "Work out one shard of a study, for a job of its own",
		Long: `Partial adjudicates, classifies and adds up one shard of a study's claims for all its scenarios and keeps the sums in a
folder; a shard that is finished there is left alone. When all shards are there, compare or run with the same --resume settles
them at once. So make, a Slurm array or indexed jobs part a run among machines that share the folder; the result is the same to
the byte.

` + exitHelp,
		Example: "  drgsim partial nation.yaml --shard 17 --resume out/finished\n  drgsim compare nation.yaml --resume out/finished",
		Args:    exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ses, err := a.open(cmd.Context(), args[0], set, "")
			if err != nil {
				return err
			}
			if !ses.Sharded() {
				return usageError(errors.New("partial needs claims that are a folder of shards, which drgsim shard makes"))
			}
			all := ses.Source().Shards()
			if shard < 0 || shard >= all {
				return usageError(fmt.Errorf("--shard %d does not exist; they are numbered from 0 to %d", shard, all-1))
			}
			bar := a.startProgress(fmt.Sprintf("work out shard %d", shard), "")
			defer bar.end()
			if err := ses.FinishShard(cmd.Context(), ses.Plans, shard, resume); err != nil {
				return err
			}
			bar.end()
			return a.confirm("shard %d, one of %d, is finished in %s", shard, all, filepath.Clean(resume))
		},
	}
	f := cmd.Flags()
	f.IntVar(&shard, "shard", 0, "`number` of the shard, from 0 (required)")
	f.StringVar(&resume, "resume", "", "`folder` of finished partials (required)")
	f.StringArrayVar(&set, "set", nil, "change a parameter, as in compare: `path=value` (repeatable)")
	for _, name := range []string{"shard", "resume"} {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic("BUG: " + err.Error())
		}
	}
	return cmd
}
