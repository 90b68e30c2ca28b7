package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/report"
)

func parseFormats(list string) ([]report.Format, error) {
	var out []report.Format
	for word := range strings.SplitSeq(list, ",") {
		f, err := report.ParseFormat(strings.TrimSpace(word))
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// render writes a document to standard output in one format, or to a folder in all of them.
func (a *app) render(doc *report.Document, formats []report.Format, out string) error {
	o := a.reportOptions()
	if err := a.interrupted(); err != nil {
		return err
	}
	if out == "" {
		if len(formats) > 1 {
			return usageError(fmt.Errorf("--format names several forms; --out must name the folder for them"))
		}
		return report.Stream(a.out, doc, formats[0], o)
	}
	o.Width, o.Color, o.Interrupted = 0, false, a.interrupted
	if slices.Contains(formats, report.FormatPNG) {
		// Without a font of the system the renderer says what it needs.
		if font, _, err := report.SystemFont(); err == nil {
			o.Font = font
		}
	}
	files, err := report.WriteDir(out, doc, formats, o)
	if err != nil {
		return err
	}
	if !a.settings.GetBool("quiet") {
		for _, f := range files {
			fmt.Fprintf(a.err, "drgsim: wrote %s\n", f)
		}
	}
	return nil
}

// print writes a document to standard output as a table.
func (a *app) print(doc *report.Document, err error) error {
	if err != nil {
		return err
	}
	if err := a.interrupted(); err != nil {
		return err
	}
	return report.Stream(a.out, doc, report.FormatText, a.reportOptions())
}
