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
	// wrote are the files of results that are written.
	wrote []string
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
	return a.exitCode(ctx, root.ExecuteContext(ctx))
}

// group makes every command with verbs below it refuse words that are none of them: cobra would print its help as if all were well.
func group(cmd *cobra.Command) {
	if !cmd.HasSubCommands() {
		return
	}
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownVerb(cmd, args[0])
		}
		return nil
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	for _, c := range cmd.Commands() {
		group(c)
		if c.Name() == "help" {
			c.Args = knownTopic
		}
	}
}

// unknownVerb is the error about a word that is none of a command's verbs.
func unknownVerb(cmd *cobra.Command, word string) error {
	var verbs []string
	for _, c := range cmd.Commands() {
		verbs = append(verbs, c.Name())
	}
	return usageError(fmt.Errorf("unknown command %q for %q%s", word, cmd.CommandPath(), nearest.Hint(word, verbs)))
}

// knownTopic is what the verb help takes: the words of a command, with what that takes itself.
func knownTopic(cmd *cobra.Command, args []string) error {
	about, rest, err := cmd.Root().Find(args)
	if err == nil && len(rest) > 0 && about.HasSubCommands() {
		err = unknownVerb(about, rest[0])
	}
	return err
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
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	group(root)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		if words := cmd.Flags().Args(); cmd.HasSubCommands() && len(words) > 0 {
			return unknownVerb(cmd, words[0]) // the flag may be one of the verb that was meant
		}
		return usageError(flagError(err))
	})
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
var cobraUsage = []string{"required flag(s)", "of the flags in the group", "flags in the group ["}

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
