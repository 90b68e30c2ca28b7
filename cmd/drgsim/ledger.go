package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/ledger"
	"github.com/drgsim/drgsim/engine/ledger/mask"
	"github.com/drgsim/drgsim/engine/ledger/rules"
	"github.com/drgsim/drgsim/engine/region"
	"github.com/drgsim/drgsim/engine/report"
)

// ledgerOptions are the flags that the verbs of the month end share.
type ledgerOptions struct {
	bar             *progress
	place, by       string
	format, out     string
	region, maskKey string
	full            bool
}

// flags adds the flags of every verb of the ledger.
func (o *ledgerOptions) flags(a *app, cmd *cobra.Command) {
	o.bar = &progress{app: a}
	place := os.Getenv("DRGSIM_LEDGER")
	if place == "" {
		place = "drgsim.ledger.db"
	}
	f := cmd.PersistentFlags()
	f.StringVar(&o.place, "ledger", place, "`place` of the ledger: a file, or a DSN that begins with postgres://; also DRGSIM_LEDGER")
	f.StringVar(&o.by, "by", "", "`name` of the clerk for the journal (default the user of this computer)")
}

// reportFlags adds the flags of verbs that show a report.
func (o *ledgerOptions) reportFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.format, "format", "table", formatHelp())
	f.StringVar(&o.out, "out", "", "`folder` for the report instead of standard output")
}

// bookFlags adds the flags of verbs that show the books of hospitals.
func (o *ledgerOptions) bookFlags(cmd *cobra.Command) {
	o.reportFlags(cmd)
	o.maskFlag(cmd)
	f := cmd.Flags()
	f.BoolVar(&o.full, "full", false, "show every row and entry, as reports written to a folder do")
	f.StringVar(&o.region, "region", "", "`folder` of the region's tables, for the names of hospitals")
}

func (o *ledgerOptions) maskFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.maskKey, "mask", "", "hide persons by a keyed hash; the `file` holds the key, 16 bytes or more")
}

// withLedger opens the ledger, lets do work with it, and closes it.
func (o *ledgerOptions) withLedger(ctx context.Context, do func(*ledger.Ledger) error) error {
	return o.with(ctx, ledger.OpenExisting, do)
}

// withNewLedger does the same and makes a ledger where there is none.
func (o *ledgerOptions) withNewLedger(ctx context.Context, do func(*ledger.Ledger) error) error {
	return o.with(ctx, ledger.Open, do)
}

func (o *ledgerOptions) with(ctx context.Context, open func(context.Context, string) (*ledger.Ledger, error), do func(*ledger.Ledger) error) error {
	if err := o.checkForm(); err != nil {
		return err
	}
	l, err := open(ctx, o.place)
	if err != nil {
		return err
	}
	l.Progress = o.tell
	defer o.bar.end()
	return errors.Join(do(l), l.Close())
}

// checkForm tells of a form that a report cannot have before anything is done: what is sealed would stay sealed.
func (o *ledgerOptions) checkForm() error {
	if o.format == "" {
		return nil // of a verb without a report
	}
	_, err := parseFormats(o.format, o.out)
	return err
}

// tell shows the progress of a ledger; the stage "" ends it.
func (o *ledgerOptions) tell(stage string, done, total int64) {
	if stage == "" {
		o.bar.end()
		return
	}
	unit := "rows"
	if total == 0 {
		unit = "" // nothing is counted
	}
	o.bar.in(stage, unit)(done, total)
}

// stamp says who does a step, and when.
func (o *ledgerOptions) stamp() ledger.Stamp {
	name := o.by
	if name == "" {
		if u, err := user.Current(); err == nil {
			name = u.Username
		}
	}
	return ledger.Stamp{By: name, At: time.Now().UTC().Format(time.RFC3339)}
}

// view says how books are shown.
func (o *ledgerOptions) view(hospital string) (ledger.View, error) {
	v := ledger.View{Hospital: hospital, Full: o.full || o.out != ""}
	var err error
	if v.Mask, err = openMask(o.maskKey); err != nil {
		return v, err
	}
	if o.region != "" {
		reg, err := region.Load(o.region)
		if err != nil {
			return v, err
		}
		v.HospitalName = hospitalNames(reg)
	}
	return v, nil
}

func hospitalNames(reg *region.Region) func(string) string {
	return func(id string) string {
		if n, ok := reg.Hospital(id); ok {
			return reg.Hospitals[n].Name
		}
		return ""
	}
}

// openMask reads the key of a mask; no file is no mask.
func openMask(file string) (*mask.Mask, error) {
	if file == "" {
		return nil, nil
	}
	key, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("key of the mask: %w", err)
	}
	m, err := mask.New(key)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return m, nil
}

// books renders a document of the ledger.
func (a *app) books(o *ledgerOptions, doc *report.Document, err error) error {
	if err != nil {
		return err
	}
	formats, err := parseFormats(o.format, o.out)
	if err != nil {
		return err
	}
	return a.render(doc, formats, o.out)
}

// rules opens the baseline of a study as the rules of the ledger.
func (a *app) rules(o *ledgerOptions, name string) (*rules.Rules, error) {
	file, err := a.findStudy(name)
	if err != nil {
		return nil, err
	}
	s, err := engine.OpenStudy(file)
	if err != nil {
		return nil, err
	}
	tell := o.bar.in("work claims out", "parts")
	return rules.New(s, rules.Options{
		Policies: a.policyFS(), Program: build(), Workers: a.settings.GetInt("workers"),
		Progress: func(done, total int) { tell(int64(done), int64(total)) },
	})
}

// inputOf hashes a file that decides a step.
func inputOf(role, file string) (ledger.Input, error) {
	f, err := os.Open(file)
	if err != nil {
		return ledger.Input{}, fmt.Errorf("%s: %w", role, err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return ledger.Input{}, fmt.Errorf("%s: %w", role, err)
	}
	return ledger.Input{Role: role, Name: filepath.Base(file), SHA256: hex.EncodeToString(h.Sum(nil))}, nil
}

func hashOf(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

func (a *app) ledgerCmd() *cobra.Command {
	var o ledgerOptions
	cmd := &cobra.Command{
		Use:   "ledger",
		Short: "Verify, back up and restore the ledger of months",
		Long: `Ledger looks after the books of the months. Without set-up they are one file of SQLite; several clerks share a
database of PostgreSQL by its DSN. All verbs take --ledger, or DRGSIM_LEDGER, which keeps a password out of sight.

` + exitHelp,
	}
	o.flags(a, cmd)
	cmd.AddCommand(a.ledgerVerifyCmd(&o), a.ledgerBackupCmd(&o), a.ledgerRestoreCmd(&o))
	return cmd
}

func (a *app) ledgerVerifyCmd(o *ledgerOptions) *cobra.Command {
	var head string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Find any row of the books that was altered",
		Long: `Verify reads the whole ledger: the chain of hashes, the tables against the journal, and the laws of every month and year.
With --head it also finds whether rows were cut off since that hash was noted down, as every statement shows it.

` + exitHelp,
		Args: exactArgs(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.withLedger(cmd.Context(), func(l *ledger.Ledger) error {
				v, err := l.Verify(cmd.Context(), ledger.Head{Hash: head})
				if err != nil {
					return err
				}
				if v.Fault != "" {
					return fmt.Errorf("ledger %s is not sound, first at row %d: %s", l.Place(), v.Seq, v.Fault)
				}
				_, err = fmt.Fprintf(a.out, "ledger %s is sound: %d rows, head %s\n", l.Place(), v.Head.Seq, v.Head.Hash)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&head, "head", "", "`hash` noted down earlier, which must be in the journal")
	return cmd
}

func (a *app) ledgerBackupCmd(o *ledgerOptions) *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the ledger to a new file while others go on working",
		Long: `Backup writes the ledger whole or not at all to a file that only its owner can read. A ledger in SQLite is copied as a
database when FILE ends in .db or .sqlite; otherwise the journal is written as text, from which restore makes a ledger
in either database.

` + exitHelp,
		Example: "  drgsim ledger backup ledger-2026-04-10.jsonl",
		Args:    exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.withLedger(cmd.Context(), func(l *ledger.Ledger) error {
				head, err := l.Backup(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(a.out, "wrote %s: %d rows, head %s\n", args[0], head.Seq, head.Hash)
				return err
			})
		},
	}
}

func (a *app) ledgerRestoreCmd(o *ledgerOptions) *cobra.Command {
	return &cobra.Command{
		Use:     "restore FILE",
		Short:   "Fill an empty ledger from a backup",
		Long:    "Restore checks every hash of a backup and fills an empty ledger from it, in one step.\n\n" + exitHelp,
		Example: "  drgsim ledger restore ledger-2026-04-10.jsonl --ledger new.db",
		Args:    exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			defer o.bar.end()
			at, head, err := ledger.RestoreTo(cmd.Context(), o.place, args[0], o.tell)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(a.out, "restored %s into %s: %d rows, head %s\n", args[0], at, head.Seq, head.Hash)
			return err
		},
	}
}
