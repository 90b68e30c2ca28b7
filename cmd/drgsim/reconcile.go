package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/drgsim/drgsim/engine/ledger/calendar"
	"github.com/drgsim/drgsim/engine/ledger/reconcile"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/wholefile"
)

// reconcileOptions are the flags of reconcile.
type reconcileOptions struct {
	ledgerOptions
	files           [3]string // by reconcile.Side
	renames         [3]map[string]string
	month           string
	keys            []string
	limit           int
	temp            string
	totals, details string
	theirTotals     string
	ignore          []string
}

func (a *app) reconcileCmd() *cobra.Command {
	var o reconcileOptions
	cmd := &cobra.Command{
		Use:   "reconcile --ours FILE --theirs FILE",
		Short: "Compare the bureau's claims with the hospitals' and the platform's",
		Long: `Reconcile holds two lists of claims against each other, row by row, and says what to do about each difference: only ours, only
theirs, another amount, status, month, scheme or class, duplicates, and visits taken back and uploaded again. The
control totals of one list and the differences are those of the other, or the program fails.

Lists are Arrow or Parquet files of claims, CSV, JSON or XLSX. Their columns are known by this program's names, by those of
the national interface (setl_id, psn_no, medfee_sumamt, ...) and by their Chinese labels; others are named by --rename-ours and so on, or passed over
by --ignore. A title above the header and a row of sums at the end are passed over and told.
A list of which most rows are of the month is taken to be that month's: a row of another month in it is reported.

` + exitHelp,
		Example: `  drgsim reconcile --ours out/march.arrow --theirs hospitals-march.xlsx --platform platform.csv --month 2026-03 --format xlsx --out out
  drgsim reconcile --ours ours.csv --theirs theirs.csv --rename-theirs 单据号=claim_id
  drgsim reconcile --ours out/march.arrow --totals-theirs 3201.csv --month 2026-03`,
		Args: exactArgs(0),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.reconcile(cmd.Context(), &o) },
	}
	f := cmd.Flags()
	for s, name := range reconcile.SideNames {
		f.StringVar(&o.files[s], name, "", "`file` of the list: "+[]string{"the bureau's (required)", "the hospitals' (required)", "the platform's"}[s])
		f.StringToStringVar(&o.renames[s], "rename-"+name, nil, "column meant by a header of that file: `header=column`")
	}
	f.StringSliceVar(&o.ignore, "ignore", nil, "headers of `columns` to pass over, in whichever list has them")
	f.StringVar(&o.month, "month", "", "`month` that is reconciled, such as 2026-03; all rows without it")
	f.StringSliceVar(&o.keys, "keys", []string{"person+visit", "person+hospital+date"}, "fallback `keys` for rows that do not meet by id, in order")
	f.IntVar(&o.limit, "limit", 50_000, "lines of each class to list; all are counted")
	f.StringVar(&o.temp, "temp", "", "`folder` for temporary files, about the size of the lists")
	f.StringVar(&o.totals, "totals", "", "also write our totals with the result as form 3201 to this `file` (.csv or .json), and those against the platform beside it")
	f.StringVar(&o.theirTotals, "totals-theirs", "", "compare our totals with their form 3201 in this `file` (CSV, JSON or XLSX), instead of or before the rows")
	f.StringVar(&o.details, "details", "", "also write the differences as form 3202 to this `file` (.csv or .json), and those with the platform beside it")
	o.reportFlags(cmd)
	o.maskFlag(cmd)
	if err := cmd.MarkFlagRequired("ours"); err != nil {
		panic("BUG: " + err.Error())
	}
	cmd.MarkFlagsOneRequired("theirs", "totals-theirs")
	return cmd
}

func (a *app) reconcile(ctx context.Context, o *reconcileOptions) error {
	opts := reconcile.Options{Limit: o.limit, Temp: o.temp, Keys: []reconcile.Key{}}
	if err := o.checkForm(); err != nil {
		return err
	}
	if o.month != "" {
		m, err := calendar.ParseMonth(o.month)
		if err != nil {
			return usageError(fmt.Errorf("--month: %w", err))
		}
		opts.Month = m
	}
	for _, k := range o.keys {
		key, err := parseKey(k)
		if err != nil {
			return usageError(err)
		}
		opts.Keys = append(opts.Keys, key)
	}
	if o.limit < 1 {
		return usageError(errors.New("--limit must be 1 or more"))
	}
	hide, err := openMask(o.maskKey)
	if err != nil {
		return err
	}
	bar := &progress{app: a}
	defer bar.end()
	opts.Progress = bar.in("compare", "parts")
	var lists [3]reconcile.Source
	for s, file := range o.files {
		if file == "" {
			continue
		}
		rename := map[string]string{}
		for _, column := range o.ignore {
			rename[column] = reconcile.Ignore
		}
		maps.Copy(rename, o.renames[s])
		if lists[s], err = reconcile.OpenFile(file, rename, opts.Month); err != nil {
			return err
		}
		reconcile.Watch(lists[s], bar.in("read "+filepath.Base(file), "rows"))
	}
	if o.theirTotals != "" {
		if err := a.reconcileTotals(ctx, o, bar, lists[reconcile.Ours], opts.Month); err != nil || lists[reconcile.Theirs] == nil {
			return err
		}
	}
	res, against, err := reconcile.Run(ctx, lists[reconcile.Ours], lists[reconcile.Theirs], lists[reconcile.Platform], opts)
	if err != nil {
		return err
	}
	res.Hide(hide)
	if err := o.forms(ctx, lists, res, opts.Month); err != nil {
		return err
	}
	if against != nil {
		against.Hide(hide)
		beside := *o
		beside.totals, beside.details, beside.theirTotals = besidePlatform(o.totals), besidePlatform(o.details), ""
		platform := lists
		platform[reconcile.Theirs] = lists[reconcile.Platform]
		if err := beside.forms(ctx, platform, against, opts.Month); err != nil {
			return err
		}
	}
	bar.end()
	doc, err := reconcile.Document(res, against)
	if err := a.books(&o.ledgerOptions, doc, err); err != nil {
		return err
	}
	var differ []string
	for _, r := range []*reconcile.Result{res, against} {
		if r != nil && !r.Clean() {
			differ = append(differ, fmt.Sprintf("%s and %s: %d pairs differ, %d rows have no partner", r.Sides[0], r.Sides[1], r.Pairs, r.Singles))
		}
	}
	if len(differ) > 0 {
		return &exitError{exitDiffers, fmt.Errorf("the lists differ: %s", strings.Join(differ, "; "))}
	}
	return nil
}

// besidePlatform names the form about the platform beside that about the hospitals; none for none.
func besidePlatform(file string) string {
	if file == "" {
		return ""
	}
	ext := filepath.Ext(file)
	return strings.TrimSuffix(file, ext) + ".platform" + ext
}

// reconcileTotals compares our totals with the form that the other side sent, shows the result, and fails when they differ.
func (a *app) reconcileTotals(ctx context.Context, o *reconcileOptions, bar *progress, ours reconcile.Source, month calendar.Month) error {
	theirs, err := reconcile.OpenTotals(ctx, o.theirTotals)
	if err != nil {
		return err
	}
	own, err := reconcile.TotalsOf(ctx, ours, month, "")
	if err != nil {
		return err
	}
	bar.end()
	rows, err := reconcile.CompareTotals(own, theirs)
	if err != nil {
		return err
	}
	if o.totals != "" {
		if err := o.writeTotals(rows); err != nil {
			return err
		}
	}
	if o.files[reconcile.Theirs] == "" {
		doc, err := reconcile.TotalsDocument(rows, month)
		if err := a.books(&o.ledgerOptions, doc, err); err != nil {
			return err
		}
	}
	differing := 0
	first := ""
	for i := range rows {
		if rows[i].Result != reconcile.ResultMatched {
			if differing++; differing == 1 {
				first = fmt.Sprintf("scheme %q, class %q: %s", rows[i].Scheme, rows[i].Class, rows[i].Note)
			}
		}
	}
	if differing > 0 {
		return &exitError{exitDiffers, fmt.Errorf("the totals differ in %d of %d lines; the first: %s", differing, len(rows), first)}
	}
	return nil
}

func (o *reconcileOptions) writeTotals(rows []reconcile.Totals) error {
	err := wholefile.Write(o.totals, func(w io.Writer) error { return reconcile.WriteTotals(w, rows, strings.HasSuffix(o.totals, ".json")) })
	if err != nil {
		return fmt.Errorf("form 3201: %w", err)
	}
	return nil
}

func parseKey(s string) (reconcile.Key, error) {
	var names []string
	for _, k := range reconcile.Keys {
		if string(k) == s {
			return k, nil
		}
		names = append(names, string(k))
	}
	return "", fmt.Errorf("--keys: %q is none of %s%s", s, strings.Join(names, ", "), nearest.Hint(s, names))
}

// forms writes the forms of the national interface that were asked for.
func (o *reconcileOptions) forms(ctx context.Context, lists [3]reconcile.Source, res *reconcile.Result, month calendar.Month) error {
	if o.totals != "" && o.theirTotals == "" {
		var forms [2][]reconcile.Totals
		for i := range forms {
			var err error
			if forms[i], err = reconcile.TotalsOf(ctx, lists[i], month, ""); err != nil {
				return err
			}
		}
		rows, err := reconcile.CompareTotals(forms[0], forms[1])
		if err != nil {
			return err
		}
		if err := o.writeTotals(rows); err != nil {
			return err
		}
	}
	if o.details == "" {
		return nil
	}
	err := wholefile.Write(o.details, func(w io.Writer) error { return reconcile.WriteDetails(w, res, strings.HasSuffix(o.details, ".json")) })
	if err != nil {
		return fmt.Errorf("form 3202: %w", err)
	}
	return nil
}
