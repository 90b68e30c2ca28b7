package engine

import (
	"context"
	"fmt"

	"github.com/drgsim/drgsim/engine/check"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/policy"
)

// alwaysRead are the columns that a run looks at whatever the rules are.
var alwaysRead = claims.Columns(claims.ColPersonID, claims.ColHospitalID, claims.ColScheme, claims.ColSetting, claims.ColAdmissionDate,
	claims.ColDischargeDate, claims.ColSettlementDate, claims.ColDRGCode, claims.ColGross, claims.ColAge, claims.ColResidenceCounty)

// leanFile reads one file of claims. When the file's writer has checked it and vouches for what it found, the checks that do
// not hang on the region are not made again, and only those columns are read that the rules, the run and the region's checks
// look at. What comes out is the same.
type leanFile struct {
	path  string
	scope *policy.Scope // tells what the rules look at
	opts  claims.ReadOptions
	// ids tells that ids of claims are looked up; strict, that the checks are not the usual ones, so that nobody vouches.
	ids, strict bool

	table   *claims.Table
	info    *claims.FileInfo
	voucher *check.Voucher   // nil when the table is whole
	known   claims.ColumnSet // of check.RegionColumns: those that need no check, as the region is known to have all their values
	columns claims.ColumnSet
}

// leanFile is the session's only file of claims, to be read.
func (ses *Session) leanFile(read claims.ReadOptions, opts OpenOptions) *leanFile {
	return &leanFile{path: ses.Study.Claims[0], scope: ses.Compiler.scope, opts: read, ids: ses.reviews != nil, strict: len(opts.Severity) > 0}
}

// read reads the file, leanly where it can be.
func (f *leanFile) read(ctx context.Context) error {
	opts := f.opts
	if !f.strict {
		opts.Vouched = f.vouched
	}
	var err error
	f.table, f.info, err = claims.ReadFile(ctx, f.path, opts)
	return err
}

// vouched takes the file's voucher, where it is of use, and returns the columns that are then needed.
func (f *leanFile) vouched(voucher []byte) claims.ColumnSet {
	v, ok := check.ReadVoucher(voucher)
	if !ok {
		return 0
	}
	f.voucher, f.columns = v, f.needed(v)
	return f.columns
}

// needed returns the columns that are looked at.
func (f *leanFile) needed(v *check.Voucher) claims.ColumnSet {
	cols := alwaysRead | check.RegionColumns&^f.known | f.scope.Read()
	if v.Reversals > 0 {
		cols |= claims.Columns(claims.ColClaimID, claims.ColStatus, claims.ColReverses)
	}
	if !v.Rising || f.ids {
		cols |= claims.Columns(claims.ColClaimID)
	}
	return cols
}

// check checks the table, and reads it whole first where what is vouched for is not enough.
func (f *leanFile) check(ctx context.Context, ses *Session, opts check.Options) (*check.Report, error) {
	if f.voucher != nil {
		rep, ok, err := f.voucher.Table(f.table, ses.Region, opts, f.rows(ctx))
		if err != nil || ok {
			return rep, err
		}
		f.table.Release()
		if err := f.whole(ctx); err != nil {
			return nil, err
		}
	}
	opts.Place = f.table.Origin
	return check.Table(f.table, ses.Region, opts)
}

// whole reads the file again, with all columns. On an error f stays as it is.
func (f *leanFile) whole(ctx context.Context) error {
	all := *f
	all.voucher, all.strict = nil, true
	if err := all.read(ctx); err != nil {
		return err
	}
	if !all.info.IsSame(f.info) {
		all.table.Release()
		return f.changed()
	}
	*f = all
	return nil
}

func (f *leanFile) changed() error { return fmt.Errorf("%s: changed while it was read", f.path) }

// rows reads single rows with all columns.
func (f *leanFile) rows(ctx context.Context) func([]int64) (*claims.Table, error) {
	ctx = context.WithoutCancel(ctx) // findings may be listed when the run is over
	path, info, workers, changed := f.path, f.info, f.opts.Workers, f.changed()
	return func(rows []int64) (*claims.Table, error) {
		r, err := claims.OpenRows(path, claims.ReadOptions{Workers: workers})
		if err != nil {
			return nil, err
		}
		defer r.Close()
		if !info.IsSame(r.Info()) {
			return nil, changed
		}
		return r.Read(ctx, rows, 0)
	}
}

// lacks tells whether rules look at columns that were not read.
func (f *leanFile) lacks() bool { return f.voucher != nil && f.needed(f.voucher)&^f.columns != 0 }
