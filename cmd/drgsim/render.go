package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/report"
)

// formatHelp is the help of --format, which names what parseFormats reads.
func formatHelp() string {
	return "`forms` of the result: " + strings.Join(report.FormatNames(), ", ") + " (arrow, svg, png, and several, parted by commas, with --out only)"
}

// parseFormats reads the forms of a report that goes to standard output or, where out is not empty, to that folder.
func parseFormats(list, out string) ([]report.Format, error) {
	var formats []report.Format
	for word := range strings.SplitSeq(list, ",") {
		f, err := report.ParseFormat(strings.TrimSpace(word))
		if err != nil {
			return nil, usageError(err)
		}
		if out == "" && f.Split() {
			return nil, usageError(fmt.Errorf("--format %s is a file for each table or chart; --out must name the folder for them", f))
		}
		formats = append(formats, f)
	}
	if out == "" && len(formats) > 1 {
		return nil, usageError(fmt.Errorf("--format names several forms; --out must name the folder for them"))
	}
	return formats, nil
}

// render writes a document to standard output in one format, or to a folder in all of them.
func (a *app) render(doc *report.Document, formats []report.Format, out string) error {
	o := a.reportOptions()
	if err := a.interrupted(); err != nil {
		return err
	}
	if out == "" {
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
	a.wrote = append(a.wrote, files...)
	for _, f := range files {
		a.say("wrote %s", f)
	}
	return nil
}

// say talks about the work on standard error, unless it is to be quiet.
func (a *app) say(format string, args ...any) {
	if !a.settings.GetBool("quiet") {
		fmt.Fprintf(a.err, "drgsim: "+format+"\n", args...)
	}
}

// confirm says on standard output that something is done, unless it is to be quiet. What a user may need later, such as the
// number of a row, is a result and is printed always.
func (a *app) confirm(format string, args ...any) error {
	if a.settings.GetBool("quiet") {
		return nil
	}
	_, err := fmt.Fprintf(a.out, format+"\n", args...)
	return err
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
