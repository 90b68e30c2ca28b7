package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/ledger"
	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/ledger/rules"
	"github.com/drgsim/drgsim/engine/money"
)

func (a *app) monthCmd() *cobra.Command {
	var o ledgerOptions
	cmd := &cobra.Command{
		Use:   "month",
		Short: "Open, close, adjust and show the months of settlement",
		Long: `Month keeps the books of settlement. A month is opened, closed once with the hospitals' declaration, and then sealed: what
comes late or corrects it is entered in the open month. Every step happens whole or not at all.

` + exitHelp,
		Example: `  drgsim month open --month 2026-03
  drgsim month close --month 2026-03 --study demo --claims march.arrow --reviews march-reviews.csv
  drgsim month statement --month 2026-03 --format xlsx,html --out out --lang zh`,
	}
	o.flags(a, cmd)
	cmd.AddCommand(a.monthOpenCmd(&o), a.monthStatusCmd(&o), a.monthCloseCmd(&o), a.monthStatementCmd(&o), a.monthAdjustCmd(&o), a.monthReopenCmd(&o))
	return cmd
}

// monthFlag adds the flag --month and returns how to read it.
func monthFlag(cmd *cobra.Command) func() (calendar.Month, error) {
	text := cmd.Flags().String("month", "", "`month` such as 2026-03 (required)")
	if err := cmd.MarkFlagRequired("month"); err != nil {
		panic("BUG: " + err.Error())
	}
	return func() (calendar.Month, error) {
		m, err := calendar.ParseMonth(*text)
		if err != nil {
			return 0, usageError(fmt.Errorf("--month: %w", err))
		}
		return m, nil
	}
}

func (a *app) monthOpenCmd(o *ledgerOptions) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "open",
		Short: "Open the next month",
		Long:  "Open opens the first month of a ledger, or the one after the latest. A month that is open is left alone.\n\n" + exitHelp,
		Args:  exactArgs(0),
	}
	month := monthFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		m, err := month()
		if err != nil {
			return err
		}
		return o.withNewLedger(cmd.Context(), func(l *ledger.Ledger) error {
			done, err := l.OpenMonth(cmd.Context(), m, o.stamp())
			if err != nil {
				return err
			}
			word := "is open now"
			if !done {
				word = "was open already"
			}
			return a.confirm("month %s %s", m, word)
		})
	}
	return cmd
}

func (a *app) monthStatusCmd(o *ledgerOptions) *cobra.Command {
	var file, day string
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show the months with their deadlines and seals",
		Long: `Status lists the months with the last days for declaring, paying and clearing. Working days come from the holiday table of
the program, or from one of your own with the columns date, kind (holiday or workday), name and source.

` + exitHelp,
		Args: exactArgs(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, today := calendar.China(), claims.DateOf(time.Now().Date())
			if file != "" {
				f, err := os.Open(file)
				if err != nil {
					return fmt.Errorf("holiday table: %w", err)
				}
				defer f.Close()
				if c, err = calendar.Read(file, f); err != nil {
					return err
				}
			}
			if day != "" {
				var err error
				if today, err = claims.ParseDate(day); err != nil {
					return usageError(fmt.Errorf("--today: %w", err))
				}
			}
			return o.withLedger(cmd.Context(), func(l *ledger.Ledger) error {
				s, err := l.Status(cmd.Context())
				if err != nil {
					return err
				}
				doc, err := s.Document(c, calendar.DefaultTerms(), today)
				return a.books(o, doc, err)
			})
		},
	}
	o.reportFlags(cmd)
	cmd.Flags().StringVar(&file, "calendar", "", "holiday table to use instead of the program's (`file`)")
	cmd.Flags().StringVar(&day, "today", "", "`day` that tells what is late (default today)")
	return cmd
}

// closeOptions are the flags of month close.
type closeOptions struct {
	study, reviews, limit string
	claims                []string
	onlyMonth, empty      bool
}

func (a *app) monthCloseCmd(o *ledgerOptions) *cobra.Command {
	var c closeOptions
	cmd := &cobra.Command{
		Use:   "close",
		Short: "Book a month's declaration, work out what is due, and seal the month",
		Long: `Close books the claims of a month, works out the advance by the baseline of the study, and seals the month with the hashes of
its inputs, packs and results. Claims of earlier months, reversals and corrections become adjusting entries. The same
close again changes nothing; with other inputs it is refused, with what differs. A row that cannot be booked is listed with its
reason; with more of them than --reject-limit the month stays open. A month without any row needs --empty.

Reviews is a table with the columns kind (reject or deduct), claim_id, hospital_id, scheme, amount and reason.

` + exitHelp,
		Args: exactArgs(0),
	}
	month := monthFlag(cmd)
	o.bookFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&c.study, "study", "", "`study` whose baseline and region are the rules (required)")
	f.StringSliceVar(&c.claims, "claims", nil, "`files` of claims declared for the month, in Arrow or Parquet")
	f.BoolVar(&c.onlyMonth, "only-month", false, "pass over rows settled in other months, for files of a whole year")
	f.StringVar(&c.reviews, "reviews", "", "table of rejections and deductions (`file`)")
	f.BoolVar(&c.empty, "empty", false, "close the month though nothing is declared for it")
	f.StringVar(&c.limit, "reject-limit", "1%", "`share` of rows that may be unreadable or refused before the exit code is 3 and nothing is sealed")
	if err := cmd.MarkFlagRequired("study"); err != nil {
		panic("BUG: " + err.Error())
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		m, err := month()
		if err != nil {
			return err
		}
		return a.closeMonth(cmd.Context(), o, &c, m)
	}
	return cmd
}

func (a *app) closeMonth(ctx context.Context, o *ledgerOptions, c *closeOptions, m calendar.Month) error {
	r, err := a.rules(o, c.study)
	if err != nil {
		return err
	}
	view, err := o.view("")
	if err != nil {
		return err
	}
	if view.HospitalName == nil {
		view.HospitalName = hospitalNames(r.Region)
	}
	decl, err := a.declaration(ctx, c)
	if err != nil {
		return err
	}
	if c.onlyMonth {
		// The same files without the flag are another declaration, so that the seal must tell them apart.
		decl.Inputs = append(decl.Inputs, ledger.Input{Role: "option", Name: "only-month", SHA256: hashOf([]byte("only-month"))})
		decl.Rows = slices.DeleteFunc(decl.Rows, func(r ledger.DeclaredRow) bool { return r.Month() != m })
	}
	if len(decl.Rows) == 0 && !c.empty {
		return fmt.Errorf("the declaration holds no row to book in %s; name its files with --claims, or say --empty when nothing was declared", m)
	}
	return o.withLedger(ctx, func(l *ledger.Ledger) error {
		done, err := l.CloseMonth(ctx, m, decl.Declaration, r, o.stamp())
		if err != nil {
			return err
		}
		if done.Done {
			a.say("month %s is sealed: %d claims booked, %d changed, %d rows refused", m, done.Booked, done.Changed, len(done.Refused))
		} else {
			a.say("month %s was sealed by %s at %s with the same inputs; nothing was changed", m, done.Seal.By, done.Seal.At)
		}
		b, err := l.MonthBook(ctx, m)
		if err != nil {
			return err
		}
		doc, err := b.Document(view)
		return a.books(o, doc, err)
	})
}

// declared is a declaration, with how many rows of its files were read and how many of them could not be.
type declared struct {
	ledger.Declaration
	read, bad int64
	first     string // what is wrong with the first that could not be
	limit     money.Ratio
}

// over tells with an error of its own exit code that too many rows cannot be booked.
func (d *declared) over(refused []ledger.Refusal) error {
	most, err := money.MulDiv(d.read, int64(d.limit), int64(money.One), money.Floor)
	if err != nil {
		return err
	}
	bad := d.bad + int64(len(refused))
	if bad <= most {
		return nil
	}
	first := d.first
	if len(refused) > 0 && first == "" {
		f := &refused[0]
		first = fmt.Sprintf("%s row %d: claim %q (%s): %s", f.File, f.Row, f.ClaimID, f.Reason, f.Note)
	}
	return &exitError{exitFindings, fmt.Errorf("%d of %d rows cannot be booked, more than --reject-limit %s, so nothing was sealed; the first: %s", bad, d.read, d.limit.Percent(), first)}
}

// mostTold is how many of the rows that cannot be read are told one by one.
const mostTold = 20

// declaration reads the files of a close.
func (a *app) declaration(ctx context.Context, c *closeOptions) (*declared, error) {
	decl := &declared{}
	if c.reviews != "" {
		in, err := inputOf("reviews", c.reviews)
		if err != nil {
			return nil, err
		}
		decl.Inputs = append(decl.Inputs, in)
		f, err := os.Open(c.reviews)
		if err != nil {
			return nil, fmt.Errorf("reviews: %w", err)
		}
		defer f.Close()
		if decl.Reviews, err = ledger.ReadReviews(c.reviews, f); err != nil {
			return nil, err
		}
	}
	limit, err := money.ParseRatio(c.limit)
	if err != nil || limit < 0 || limit > money.One {
		return nil, usageError(fmt.Errorf("--reject-limit %q is not a share from 0%% to 100%%", c.limit))
	}
	files, err := expandInputs(c.claims)
	if err != nil {
		return nil, err
	}
	decl.limit = limit
	for _, file := range files {
		in, err := inputOf("claims", file)
		if err != nil {
			return nil, err
		}
		if at := slices.IndexFunc(decl.Inputs, func(x ledger.Input) bool { return x.Role == in.Role && x.SHA256 == in.SHA256 }); at >= 0 {
			return nil, usageError(fmt.Errorf("--claims %s: the file is named twice, or is a copy of %s", file, decl.Inputs[at].Name))
		}
		decl.Inputs = append(decl.Inputs, in)
		bar := a.startProgress("read claims", "rows")
		var told []string
		t, info, err := claims.ReadFile(ctx, file, claims.ReadOptions{Workers: a.settings.GetInt("workers"), Progress: bar.tell, Reject: func(r claims.RejectedRow) error {
			if decl.bad++; decl.bad == 1 {
				decl.first = r.Findings[0].String()
			}
			if decl.bad <= mostTold {
				told = append(told, r.Findings[0].String())
			}
			return nil
		}})
		bar.end()
		for _, line := range told {
			a.say("not booked: %s", line)
		}
		if err != nil {
			return nil, err
		}
		decl.read += info.Rows
		decl.Rows = append(decl.Rows, rules.Declared(t, nil)...)
		t.Release()
	}
	decl.Admit = decl.over
	return decl, nil
}

func (a *app) monthStatementCmd(o *ledgerOptions) *cobra.Command {
	var hospital string
	cmd := &cobra.Command{
		Use:   "statement",
		Short: "Show the statements of a month",
		Long: `Statement shows, per hospital and scheme, what was declared, rejected and why, deducted, due on account, held as deposit,
adjusted and paid, with every entry behind it.

` + exitHelp,
		Args: exactArgs(0),
	}
	month := monthFlag(cmd)
	o.bookFlags(cmd)
	cmd.Flags().StringVar(&hospital, "hospital", "", "show this hospital alone (`id`)")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		m, err := month()
		if err != nil {
			return err
		}
		view, err := o.view(hospital)
		if err != nil {
			return err
		}
		return o.withLedger(cmd.Context(), func(l *ledger.Ledger) error {
			b, err := l.MonthBook(cmd.Context(), m)
			if err != nil {
				return err
			}
			doc, err := b.Document(view)
			return a.books(o, doc, err)
		})
	}
	return cmd
}

func (a *app) monthReopenCmd(o *ledgerOptions) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "reopen",
		Short: "Take back the close of the latest sealed month",
		Long: `Reopen undoes the close of the latest sealed month by contrary entries; nothing is erased. It is for a close with the wrong
files; what was paid already is better put right by an adjustment in the open month.

` + exitHelp,
		Args: exactArgs(0),
	}
	month := monthFlag(cmd)
	cmd.Flags().StringVar(&reason, "reason", "", "why, in `words` (required)")
	if err := cmd.MarkFlagRequired("reason"); err != nil {
		panic("BUG: " + err.Error())
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		m, err := month()
		if err != nil {
			return err
		}
		return o.withLedger(cmd.Context(), func(l *ledger.Ledger) error {
			if err := l.Reopen(cmd.Context(), m, strings.TrimSpace(reason), o.stamp()); err != nil {
				return err
			}
			return a.confirm("month %s is open again", m)
		})
	}
	return cmd
}
