package main

import (
	"github.com/spf13/cobra"

	"github.com/drgsim/drgsim/engine/ledger"
)

func (a *app) yearCmd() *cobra.Command {
	var o ledgerOptions
	cmd := &cobra.Command{
		Use:   "year",
		Short: "Clear a year of settlement and show its clearing",
		Long: `Year clears a year whose twelve months are sealed: the annual settlement against everything entered on account, with the
deposit released by the assessment. All months and the clearing together are the settlement, to the fen.

` + exitHelp,
		Example: "  drgsim year clear --year 2026 --study demo\n  drgsim year statement --year 2026 --format xlsx --out out",
	}
	o.flags(a, cmd)
	cmd.AddCommand(a.yearClearCmd(&o), a.yearStatementCmd(&o))
	return cmd
}

func yearFlag(cmd *cobra.Command) *int {
	year := cmd.Flags().Int("year", 0, "`year` such as 2026 (required)")
	if err := cmd.MarkFlagRequired("year"); err != nil {
		panic("BUG: " + err.Error())
	}
	return year
}

func (a *app) yearClearCmd(o *ledgerOptions) *cobra.Command {
	var study string
	cmd := &cobra.Command{
		Use:   "clear",
		Short: "Settle a year whose months are sealed",
		Long: `Clear settles the year by the baseline of the study, over all claims that the ledger holds of it, and seals it. The same clearing
again changes nothing; by other rules it is refused, with what differs.

` + exitHelp,
		Args: exactArgs(0),
	}
	year := yearFlag(cmd)
	o.bookFlags(cmd)
	cmd.Flags().StringVar(&study, "study", "", "`study` whose baseline and region are the rules (required)")
	if err := cmd.MarkFlagRequired("study"); err != nil {
		panic("BUG: " + err.Error())
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		r, err := a.rules(o, study)
		if err != nil {
			return err
		}
		return o.withLedger(cmd.Context(), func(l *ledger.Ledger) error {
			c, err := l.ClearYear(cmd.Context(), *year, r, o.stamp())
			if err != nil {
				return err
			}
			if !c.Done {
				a.say("year %d was cleared by %s at %s by the same rules; nothing was changed", *year, c.Seal.By, c.Seal.At)
			}
			view, err := o.view("")
			if err != nil {
				return err
			}
			if view.HospitalName == nil {
				view.HospitalName = hospitalNames(r.Region)
			}
			return a.showYear(cmd, o, l, *year, view)
		})
	}
	return cmd
}

func (a *app) yearStatementCmd(o *ledgerOptions) *cobra.Command {
	var hospital string
	cmd := &cobra.Command{
		Use:   "statement",
		Short: "Show the clearing of a year",
		Long:  "Statement shows, per hospital and scheme, how the months and the clearing come to the annual settlement.\n\n" + exitHelp,
		Args:  exactArgs(0),
	}
	year := yearFlag(cmd)
	o.bookFlags(cmd)
	cmd.Flags().StringVar(&hospital, "hospital", "", "show this hospital alone (`id`)")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		view, err := o.view(hospital)
		if err != nil {
			return err
		}
		return o.withLedger(cmd.Context(), func(l *ledger.Ledger) error {
			return a.showYear(cmd, o, l, *year, view)
		})
	}
	return cmd
}

func (a *app) showYear(cmd *cobra.Command, o *ledgerOptions, l *ledger.Ledger, year int, view ledger.View) error {
	seal, years, err := l.YearBook(cmd.Context(), year)
	if err != nil {
		return err
	}
	doc, err := ledger.YearDocument(year, seal, years, view)
	return a.books(o, doc, err)
}
