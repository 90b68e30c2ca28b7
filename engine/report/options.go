package report

import (
	"fmt"
	"strings"

	"github.com/drgsim/drgsim/engine/nearest"
)

// Options are how a document is drawn; what it says does not depend on them.
type Options struct {
	Lang Lang
	Unit Unit
	// Width is the number of terminal cells that a line of text may take; 0 is no limit.
	Width int
	// Color marks gains and losses in text; for terminals only.
	Color bool
	// Font is the TrueType or OpenType file (or collection) for PNG charts. Without one PNG is limited to Latin letters.
	Font []byte
	// Interrupted, where it is set, is asked once all is drawn and before WriteDir writes; its error keeps everything unwritten.
	Interrupted func() error
}

// Format names a form of output.
type Format string

// The formats.
const (
	FormatText     Format = "table"
	FormatJSON     Format = "json"
	FormatCSV      Format = "csv"
	FormatMarkdown Format = "markdown"
	FormatArrow    Format = "arrow"
	FormatXLSX     Format = "xlsx"
	FormatHTML     Format = "html"
	FormatSVG      Format = "svg"
	FormatPNG      Format = "png"
)

// FormatNames lists the formats for help texts, in a fixed order.
func FormatNames() []string {
	return []string{"table", "json", "csv", "markdown", "arrow", "xlsx", "html", "svg", "png"}
}

// Split tells whether a format is a file for each table or chart, which need a folder.
func (f Format) Split() bool { return f == FormatArrow || f == FormatSVG || f == FormatPNG }

// ParseFormat reads the name of a format; text, md and excel are accepted for table, markdown and xlsx.
func ParseFormat(s string) (Format, error) {
	switch s {
	case "text":
		return FormatText, nil
	case "md":
		return FormatMarkdown, nil
	case "excel":
		return FormatXLSX, nil
	}
	return parseName[Format]("format", s, FormatNames())
}

// ParseLang reads the name of a language.
func ParseLang(s string) (Lang, error) { return parseName[Lang]("language", s, []string{"zh", "en"}) }

// ParseUnit reads the name of a unit.
func ParseUnit(s string) (Unit, error) { return parseName[Unit]("unit", s, []string{"yuan", "wan"}) }

func parseName[T ~string](what, s string, names []string) (T, error) {
	for _, n := range names {
		if s == n {
			return T(s), nil
		}
	}
	return "", fmt.Errorf("%s %q is none of %s%s", what, s, strings.Join(names, ", "), nearest.Hint(s, names))
}
