package present

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/drgsim/drgsim/engine/check"
	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/claims/mapping"
	"github.com/drgsim/drgsim/engine/region"
	"github.com/drgsim/drgsim/engine/report"
)

// countColumns are the columns of a count of rows and money.
func countColumns() []report.Column {
	return []report.Column{count("rows", "行数", "Rows"), fen("gross", "医疗总费用", "Gross"), count("unknown", "金额不可读行数", "Rows without amount")}
}

func countCells(n claims.Count) []report.Cell {
	return []report.Cell{report.Int(n.Rows), report.Int(n.Fen), report.Int(n.Unknown)}
}

// ownCurrency names the unit of amounts where no study says what it is.
var ownCurrency = text("数据原币", "the currency of the data")

// Import is the report of an import whose rejected rows are in a file of their own.
func Import(r *mapping.Report, out, rejects string) (*report.Document, error) {
	d := &report.Document{ID: "import", Title: text("导入结果", "Import"), Currency: ownCurrency, Facts: []report.Fact{{Name: text("输出", "Output"), Value: report.Same(out)},
		{Name: text("医疗机构数", "Hospitals"), Value: report.Same(fmt.Sprint(len(r.Hospitals)))}}}
	flow := &report.Table{ID: "flow", Columns: columns(name("part", "去向", "Where"), countColumns())}
	for _, row := range []struct {
		zh, en string
		n      claims.Count
	}{{"读入", "read", r.Read}, {"载入", "loaded", r.Loaded}, {"拒收", "rejected", r.Rejected}} {
		flow.Rows = append(flow.Rows, append([]report.Cell{report.Words(row.zh, row.en)}, countCells(row.n)...))
	}
	d.Sections = append(d.Sections, &report.Section{ID: "flow", Title: text("读入 = 载入 + 拒收", "Read = loaded + rejected"), Table: flow})
	if len(r.Controls) > 0 {
		t := &report.Table{ID: "controls", Columns: columns(name("control", "控制合计", "Control total"), count("rows", "行数", "Rows"), fen("sum", "合计", "Sum"), count("unread", "空白或不可读", "Blank or unreadable"))}
		for _, c := range r.Controls {
			t.Rows = append(t.Rows, []report.Cell{report.Word(c.Name), report.Int(c.Rows), report.Int(c.Fen), report.Int(c.Unread)})
		}
		d.Sections = append(d.Sections, &report.Section{ID: "controls", Title: text("控制合计（全部读入行）", "Control totals over all rows read"), Table: t})
	}
	if len(r.Codes) > 0 {
		t := &report.Table{ID: "findings", Columns: columns(codeColumn(), countColumns(), name("meaning", "含义", "Meaning"))}
		codes := make([]string, 0, len(r.Codes))
		for code := range r.Codes {
			codes = append(codes, code)
		}
		slices.Sort(codes)
		for _, code := range codes {
			entry, _ := check.EntryOf(code)
			t.Rows = append(t.Rows, append(append([]report.Cell{report.Word(code)}, countCells(r.Codes[code])...), report.Words(entry.Chinese, entry.English)))
		}
		d.Sections = append(d.Sections, &report.Section{ID: "findings", Title: text("数据问题", "Findings"), Table: t})
		list := findingsList()
		for i := range r.First {
			list.Rows = append(list.Rows, findingCells(&r.First[i]))
		}
		d.Sections = append(d.Sections, &report.Section{ID: "list", Title: text("前若干条", "The first of them"), Table: list,
			Note: text("全部拒收行及其原因见 "+rejects+"；行号不计表头。", "All rejected rows with their findings are in "+rejects+"; rows are counted below the header.")})
	}
	return d, nil
}

// Checked is what a check of files found.
type Checked struct {
	Files []*claims.FileInfo
	Door  claims.Count // rows whose cells could not be read
	Doors []claims.Finding
	*check.Report
	limit int
}

// CheckFiles reads and checks files of claims together. Rows that are set aside go to the file rejects, where one is named.
// progress, which may be nil, hears how many rows of a file are read.
func CheckFiles(ctx context.Context, files []string, reg *region.Region, opts check.Options, rejects string, progress func(done, total int64)) (*Checked, error) {
	c := &Checked{limit: opts.Limit}
	reject := func(claims.RejectedRow) error { return nil }
	var w *claims.RejectsWriter
	if rejects != "" {
		var err error
		if w, err = claims.NewRejectsWriter(rejects); err != nil {
			return nil, err
		}
		defer w.Abort()
		reject = w.Write
	}
	var tables []*claims.Table
	for _, file := range files {
		t, info, err := claims.ReadFile(ctx, file, claims.ReadOptions{Workers: opts.Workers, Progress: progress, Reject: func(r claims.RejectedRow) error {
			for _, f := range r.Findings {
				if opts.Limit < 0 || len(c.Doors) < opts.Limit {
					c.Doors = append(c.Doors, f)
				}
			}
			if err := c.Door.Add(r.Findings[0].Gross, r.Findings[0].GrossKnown); err != nil {
				return err
			}
			return reject(r)
		}})
		if err != nil {
			return nil, err
		}
		c.Files, tables = append(c.Files, info), append(tables, t)
	}
	table, err := claims.Concat(tables)
	if err != nil {
		return nil, err
	}
	opts.Place = table.Origin
	if c.Report, err = check.Table(table, reg, opts); err != nil {
		return nil, err
	}
	if w == nil {
		return c, nil
	}
	if err := c.Rejects(reject); err != nil {
		return nil, err
	}
	return c, w.Close()
}

// Counts returns what was read and what was set aside, at the door and by the checks.
func (c *Checked) Counts() (read, rejected claims.Count, err error) {
	read, rejected = c.Door, c.Door
	if err = read.Plus(c.Read); err == nil {
		err = rejected.Plus(c.Rejected)
	}
	return read, rejected, err
}

// Document is the report of the check.
func (c *Checked) Document() (*report.Document, error) {
	d := &report.Document{ID: "check", Title: text("数据检查", "Check of claims"), Currency: ownCurrency}
	for _, f := range c.Files {
		d.Facts = append(d.Facts, report.Fact{Name: report.Same(filepath.Base(f.Path)), Value: text(
			fmt.Sprintf("%s，%d 行，控制合计%s", f.Format, f.Rows, map[bool]string{true: "已核对", false: "无"}[f.Verified]),
			fmt.Sprintf("%s, %d rows, control totals %s", f.Format, f.Rows, map[bool]string{true: "verified", false: "none"}[f.Verified]))})
	}
	d.Facts = append(d.Facts, ignoredFacts(c.Files)...)
	read, rejected, err := c.Counts()
	if err != nil {
		return nil, err
	}
	flow := &report.Table{ID: "flow", Columns: columns(name("part", "去向", "Where"), countColumns())}
	for _, row := range []struct {
		zh, en string
		n      claims.Count
	}{{"读入", "read", read}, {"保留", "kept", c.Kept}, {"其中有提示", "of these, with a warning", c.Warned}, {"剔除", "set aside", rejected}} {
		flow.Rows = append(flow.Rows, append([]report.Cell{report.Words(row.zh, row.en)}, countCells(row.n)...))
	}
	d.Sections = append(d.Sections, &report.Section{ID: "flow", Title: text("读入 = 保留 + 剔除", "Read = kept + set aside"), Table: flow})
	codes := &report.Table{ID: "codes", Columns: columns(codeColumn(), name("severity", "处理", "Severity"), countColumns(), name("meaning", "含义", "Meaning"))}
	for _, n := range c.Codes {
		entry, _ := check.EntryOf(n.Code)
		codes.Rows = append(codes.Rows, append(append([]report.Cell{report.Word(n.Code), severityCell(n.Severity)}, countCells(n.Count)...), report.Words(entry.Chinese, entry.English)))
	}
	if len(codes.Rows) > 0 {
		d.Sections = append(d.Sections, &report.Section{ID: "codes", Title: text("数据问题", "Findings"), Table: codes,
			Notes: []report.Text{text("一行可有多个问题", "a row may have several findings")}})
	}
	list := findingsList()
	for _, f := range append(slices.Clone(c.Doors), c.Findings...) {
		if c.limit >= 0 && len(list.Rows) >= c.limit {
			break
		}
		list.Rows = append(list.Rows, findingCells(&f))
	}
	if len(list.Rows) > 0 {
		d.Sections = append(d.Sections, &report.Section{ID: "list", Title: text("逐条", "One by one"), Table: list})
	}
	return d, nil
}

// codeColumn is the column of the codes of findings.
func codeColumn() report.Column {
	return report.Column{Key: "code", Title: text("代码", "Code"), Kind: report.KindCode}
}

// findingsList is an empty table of findings one by one.
func findingsList() *report.Table {
	return &report.Table{ID: "list", Columns: columns(name("place", "位置", "Place"), codeColumn(), name("message", "问题", "What is wrong"))}
}

// findingCells is a row of that table. Messages with their values are English, so that the Chinese begins with what the code means.
func findingCells(f *claims.Finding) []report.Cell {
	place := fmt.Sprintf("%s:%d", filepath.Base(f.File), f.Row)
	if f.Column != "" {
		place += " " + f.Column
	}
	message := report.Same(f.Message)
	if entry, ok := check.EntryOf(f.Code); ok {
		message = text(entry.Chinese+"："+f.Message, f.Message)
	}
	return []report.Cell{report.Word(place), report.Word(f.Code), {Text: message}}
}

func severityCell(s claims.Severity) report.Cell {
	if s == claims.Reject {
		return report.Words("剔除", s.String())
	}
	return report.Words("提示", s.String())
}
