package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/drgsim/drgsim/engine/ledger"
	"github.com/drgsim/drgsim/engine/money"
)

func (a *app) monthAdjustCmd(o *ledgerOptions) *cobra.Command {
	var adj ledger.Adjustment
	var account, amount, study string
	cmd := &cobra.Command{
		Use:   "adjust",
		Short: "Enter an amount by hand in the open month",
		Long: `Adjust enters an amount in the open month: an adjustment outside the yearly settlement, an amount prepaid on account of it,
or a deduction. Entries are never edited; --corrects names the row of the journal that is put right. What corrects a year that is
cleared is entered for the open month.

The same adjustment again on the same day, or with the same --id on any day, is the one that is there; --again enters it once more.

` + exitHelp,
		Example: "  drgsim month adjust --month 2026-04 --hospital H001 --scheme employee --account deducted --amount 1200.00 --reason 'audit of February' --corrects 5123",
		Args:    exactArgs(0),
	}
	month := monthFlag(cmd)
	f := cmd.Flags()
	f.StringVar(&adj.Hospital, "hospital", "", "`id` of the hospital (required)")
	f.StringVar(&adj.Scheme, "scheme", "", "`name` of the scheme (required)")
	f.StringVar(&account, "account", string(ledger.AccAdjustment), "adjustment, prepaid or deducted")
	f.StringVar(&amount, "amount", "", "`amount` in yuan; negative undoes (required)")
	f.StringVar(&adj.Reason, "reason", "", "why, in `words` (required)")
	f.StringVar(&adj.Key, "id", "", "`name` of the adjustment, such as the number of a letter, which is entered once (default made of all that is entered and the day)")
	f.BoolVar(&adj.Again, "again", false, "enter it though the same is there already")
	f.StringVar(&study, "study", "", "`study` whose region knows the hospital and scheme (default those in the books)")
	f.Int64Var(&adj.Corrects, "corrects", 0, "`row` of the journal that is corrected")
	for _, name := range []string{"hospital", "scheme", "amount", "reason"} {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic("BUG: " + err.Error())
		}
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		var err error
		if adj.Month, err = month(); err != nil {
			return err
		}
		adj.Account = ledger.Account(account)
		if adj.Amount, err = money.ParseFen(amount); err != nil {
			return usageError(fmt.Errorf("--amount: %w", err))
		}
		if study != "" {
			r, err := a.rules(o, study)
			if err != nil {
				return err
			}
			adj.Known = r.Knows
		}
		return o.withLedger(cmd.Context(), func(l *ledger.Ledger) error {
			seq, done, err := l.Adjust(cmd.Context(), adj, o.stamp())
			if err != nil {
				return err
			}
			if !done {
				_, err = fmt.Fprintf(a.out, "the same is there already, as row %d of the journal; nothing was entered (--again enters it once more)\n", seq)
				return err
			}
			_, err = fmt.Fprintf(a.out, "entered %s %s for hospital %s, scheme %s, as row %d of the journal\n", account, adj.Amount, adj.Hospital, adj.Scheme, seq)
			return err
		})
	}
	return cmd
}
