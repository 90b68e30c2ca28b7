package report

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func open(t testing.TB, data []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// part reads one file inside the workbook.
func part(t *testing.T, data []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestWorkbookReadBack(t *testing.T) {
	data := render(t, sample(t), FormatXLSX, Options{})
	f := open(t, data)
	if got := strings.Join(f.GetSheetList(), ","); got != "封面,总览,各医疗机构,病组明细,参数扫描,两参数扫描,不确定性,负担分布,险种,图表" {
		t.Errorf("sheets %s", got)
	}
	for _, c := range []struct{ sheet, cell, raw, shown string }{
		{"各医疗机构", "A4", "机构编码", "机构编码"},
		{"各医疗机构", "D5", "8123", "8,123"},
		{"各医疗机构", "E5", "4567890123.45", "4,567,890,123.45"},
		{"各医疗机构", "F5", "-12345.67", "-12,345.67"},
		{"各医疗机构", "F6", "7654.32", "+7,654.32"},
		{"各医疗机构", "G5", "-0.002703", "-0.27%"},
		{"各医疗机构", "E8", "", ""},
		{"各医疗机构", "B8", "Ⅱ·附属*_`<b>&医院", "Ⅱ·附属*_`<b>&医院"},
		{"总览", "B6", "98.765432", "98.7654"},
		{"病组明细", "D5", "142.5", "142.50"},
	} {
		raw, err := f.GetCellValue(c.sheet, c.cell, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		shown, err := f.GetCellValue(c.sheet, c.cell)
		if err != nil {
			t.Fatal(err)
		}
		if raw != c.raw || shown != c.shown {
			t.Errorf("%s!%s is %q shown as %q, want %q and %q", c.sheet, c.cell, raw, shown, c.raw, c.shown)
		}
	}
	if kind, err := f.GetCellType("各医疗机构", "E5"); err != nil || (kind != excelize.CellTypeNumber && kind != excelize.CellTypeUnset) {
		t.Errorf("an amount is of type %v, %v", kind, err)
	}
	if panes, err := f.GetPanes("各医疗机构"); err != nil || !panes.Freeze || panes.YSplit != headingRow || panes.XSplit != 2 {
		t.Errorf("panes %v, %v", panes, err)
	}
	if sheet := part(t, data, "xl/worksheets/sheet3.xml"); !strings.Contains(sheet, `<autoFilter ref="$A$4:$H$8"`) && !strings.Contains(sheet, `<autoFilter ref="A4:H8"`) {
		t.Error("no filter over the rows")
	}
	if leads, link, err := f.GetCellHyperLink("各医疗机构", "A6"); err != nil || !leads || link != "'病组明细'!A7" {
		t.Errorf("the second hospital leads to %q, %v", link, err)
	}
	if leads, _, _ := f.GetCellHyperLink("各医疗机构", "A7"); leads {
		t.Error("a hospital without detail rows leads somewhere")
	}
	if formats, err := f.GetConditionalFormats("各医疗机构"); err != nil || len(formats["F5:F9"]) != 2 || len(formats["G5:G8"]) != 2 || len(formats) != 2 {
		t.Errorf("conditional formats %v, %v", formats, err)
	}
}

func TestWorkbookAddsUp(t *testing.T) {
	for _, o := range variants {
		f := open(t, render(t, sample(t), FormatXLSX, o))
		sheet := f.GetSheetList()[2]
		for column, want := range map[string][4]string{"D": {"11556", "11556", "11556", "11556"},
			"E": {"4568927777.77", "456892.777777", "4568927777.77", "456892.777777"}, "F": {"-4691.35", "-0.469135", "-4691.35", "-0.469135"}} {
			formula, err := f.GetCellFormula(sheet, column+"9")
			if err != nil || formula != "SUM("+column+"5:"+column+"8)" {
				t.Errorf("%s9 is %q, %v", column, formula, err)
			}
			for cell, want := range map[string]string{"9": want[o.variant()], "11": "0"} {
				got, err := f.CalcCellValue(sheet, column+cell, excelize.Options{RawCellValue: true})
				if err != nil || (got != want && (want != "0" || got != "-0")) {
					t.Errorf("%s%s of %s computes to %s, %v; want %s", column, cell, sheet, got, err, want)
				}
			}
			if got, err := f.GetCellValue(sheet, column+"10", excelize.Options{RawCellValue: true}); err != nil || got != want[o.variant()] {
				t.Errorf("%s10 of %s is %s, %v", column, sheet, got, err)
			}
		}
	}
}

// A reader who changes a number must see it in the check and on the cover.
func TestWorkbookShowsTampering(t *testing.T) {
	f := open(t, render(t, sample(t), FormatXLSX, Options{}))
	if err := f.SetCellValue("各医疗机构", "E6", 1); err != nil {
		t.Fatal(err)
	}
	if got, err := f.CalcCellValue("各医疗机构", "E11", excelize.Options{RawCellValue: true}); err != nil || got != "-987653.32" {
		t.Errorf("difference %s, %v", got, err)
	}
	if got, err := f.CalcCellValue("封面", "C11", excelize.Options{RawCellValue: true}); err != nil || got != "987653.32" {
		t.Errorf("difference on the cover %s, %v", got, err)
	}
}

func TestSheetNamesAreTaken(t *testing.T) {
	d := sample(t)
	d.Sections[0].Title = Same("a/b:c*?[d]\\'" + strings.Repeat("长", 40))
	d.Sections[1].Title = Same("A/B:C*?[D]\\'" + strings.Repeat("长", 40))
	d.Sections[1].Detail.Title = Same("封面")
	d.Sections[1].Children[0].Title = Same("history")
	d.Sections[2].Children[0].Title = Same("")
	d.Sections[2].Children[1].Title = Same(strings.Repeat("𠮷", 30))
	f := open(t, render(t, d, FormatXLSX, Options{}))
	if n := len(f.GetSheetList()); n != 10 {
		t.Errorf("%d sheets: %v", n, f.GetSheetList())
	}
}

func TestWorkbookCarriesNoTime(t *testing.T) {
	data := render(t, sample(t), FormatXLSX, Options{})
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if f.ModifiedDate != 0 || f.ModifiedTime != 0 {
			t.Errorf("%s carries the time %v", f.Name, f.Modified)
		}
	}
	if core := part(t, data, "docProps/core.xml"); strings.Count(core, "2026-01-01T00:00:00Z") != 2 {
		t.Errorf("properties: %s", core)
	}
}
