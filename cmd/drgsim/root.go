package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/viper"

	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/policies"
)

// Exit codes, the same for every verb.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitFindings    = 3
	exitGate        = 4
	exitDiffers     = 5
	exitInterrupted = 130
)

const exitHelp = `Exit codes: 0 done, 1 failed, 2 usage, 3 findings over the limit, 4 a gate failed, 5 reconciliation differs, 130 interrupted.`

// exitError is an error that ends the program with a code of its own.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

// app is what every verb needs: where results and talk go, and the settings.
type app struct {
	in       io.Reader
	out, err io.Writer
	settings *viper.Viper
	// interrupted returns why the program is to end, nil while it is not. It is asked before outputs are written: what is
	// begun then is finished.
	interrupted func() error
	// resume is the folder of what is finished of a run; "" where nothing is kept.
	resume string
}

// run is the whole program: arguments in, exit code out.
func run(args []string, in io.Reader, out, err io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	a := &app{in: in, out: out, err: err, settings: newSettings(), interrupted: ctx.Err}
	root := a.rootCmd()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(err)
	return a.exitCode(ctx, nearestVerb(root, root.ExecuteContext(ctx)))
}

// nearestVerb adds the nearest verb to cobra's error about an unknown one.
func nearestVerb(root *cobra.Command, err error) error {
	var word string
	if err == nil || !strings.HasPrefix(err.Error(), "unknown command") {
		return err
	}
	if _, scan := fmt.Sscanf(err.Error(), "unknown command %q", &word); scan != nil {
		return err
	}
	var verbs []string
	for _, c := range root.Commands() {
		verbs = append(verbs, c.Name())
	}
	return fmt.Errorf("%w%s", err, nearest.Hint(word, verbs))
}

func (a *app) rootCmd() *cobra.Command {
	root := &cobra.Command{
		Use:   "drgsim",
		Short: "Medical-insurance global-budget and DRG settlement simulator",
		Long: `drgsim works out, under the rules of a policy pack, what every insured person, hospital, county alliance and fund
pays and is paid, and compares scenarios of a study over the same claims. Files that it writes can be read by their owner
alone.

` + exitHelp,
		SilenceErrors: true,
		SilenceUsage:  true,
		// The nearest verb is named in our own sentence instead.
		DisableSuggestions: true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			return a.loadSettings(cmd)
		},
	}
	a.settingFlags(root)
	root.AddCommand(a.verbs()...)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError(flagError(err)) })
	return root
}

// flagError says of a value that is no number what the flag takes.
func flagError(err error) error {
	var number *strconv.NumError
	if !errors.As(err, &number) {
		return err
	}
	what := "it is not a whole number"
	switch {
	case errors.Is(number, strconv.ErrRange):
		what = "the number is too large"
	case number.Func == "ParseFloat":
		what = "it is not a number"
	case number.Func == "ParseBool":
		what = "it is neither true nor false"
	}
	return errors.New(strings.TrimSuffix(err.Error(), number.Error()) + what)
}

// verbs lists every command, in the order of a user's work.
func (a *app) verbs() []*cobra.Command {
	return []*cobra.Command{
		a.compareCmd(),
		a.runCmd(),
		a.solveCmd(),
		a.sweepCmd(),
		a.diffCmd(),
		a.verifyCmd(),
		a.explainCmd(),
		a.importCmd(),
		a.checkCmd(),
		a.calibrateCmd(),
		a.groupsCmd(),
		a.genCmd(),
		a.shardCmd(),
		a.indexCmd(),
		a.partialCmd(),
		a.benchCmd(),
		a.schemaCmd(),
		a.policyCmd(),
		casesTopic(),
		a.reconcileCmd(),
		a.monthCmd(),
		a.yearCmd(),
		a.ledgerCmd(),
		a.versionCmd(),
	}
}

// cobraUsage are words of the usage errors that cobra makes itself, which carry no type.
var cobraUsage = []string{"unknown command", "required flag(s)", "of the flags in the group", "flags in the group ["}

func usageError(err error) error { return &exitError{exitUsage, err} }

// exitCode prints an error as the program talks and turns it into the code to end with.
func (a *app) exitCode(ctx context.Context, err error) int {
	if err == nil {
		return exitDone
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		if a.resume != "" {
			fmt.Fprintf(a.err, "drgsim: interrupted; the shards that are finished are kept in %s\n", a.resume)
		} else {
			fmt.Fprintln(a.err, "drgsim: interrupted; nothing was written")
		}
		return exitInterrupted
	}
	for line := range strings.SplitSeq(strings.TrimRight(err.Error(), "\n"), "\n") {
		fmt.Fprintf(a.err, "drgsim: %s\n", line)
	}
	var coded *exitError
	switch {
	case errors.As(err, &coded):
		return coded.code
	case slices.ContainsFunc(cobraUsage, func(words string) bool { return strings.Contains(err.Error(), words) }):
		return exitUsage
	}
	return exitFailed
}

// exactArgs is cobra.ExactArgs with the exit code for usage.
func exactArgs(n int) cobra.PositionalArgs { return usageArgs(cobra.ExactArgs(n)) }

func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usageError(fmt.Errorf("%w; usage: %s", err, cmd.UseLine()))
		}
		return nil
	}
}

// policyFS returns the packs to use: a folder of the user's when set, else those that the program ships.
func (a *app) policyFS() fs.FS {
	if dir := a.settings.GetString("policies"); dir != "" {
		return os.DirFS(dir)
	}
	return policies.FS
}
