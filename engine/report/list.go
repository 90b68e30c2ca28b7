package report

import (
	"bytes"
	"strings"
)

// Layout of a table that is drawn as a list, in terminal cells.
const (
	listWidth  = 100 // where there is no limit, and in wider terminals: amounts stay near the words that they belong to
	listIndent = 2
)

// textList draws each row of a table under a heading of its own, so that no word is cut however narrow the terminal is. The
// heading is the columns up to the first text, with the codes and dates of the row; each further text is a paragraph below
// it; and numbers stand at the right end of the last of these lines.
func (o Options) textList(b *bytes.Buffer, t *Table) {
	if len(t.Rows) == 0 {
		o.paragraph(b, faint, o.in("（无）", "(none)"))
		return
	}
	width := listWidth
	if o.Width > 0 {
		width = min(o.Width, listWidth)
	}
	for _, row := range t.Rows {
		var heading, numbers, paragraphs []string
		named := false
		for i := range t.Columns {
			c, cell := &t.Columns[i], &row[i]
			if c.Hidden {
				continue
			}
			k := c.kindOf(cell)
			words := ""
			if !cell.Null {
				words = clean(o.show(c, cell))
			}
			switch {
			case words == "":
			case k == KindText && named:
				paragraphs = append(paragraphs, words)
			case k == KindText || k == KindCode || k == KindDate:
				heading = append(heading, words)
			default:
				numbers = append(numbers, o.paint(deltaStyle(c, cell), words))
			}
			named = named || k == KindText
		}
		lines := listLines(strings.Join(heading, "  "), bold, 0, width)
		for _, p := range paragraphs {
			lines = append(lines, listLines(p, "", listIndent, width)...)
		}
		if tail := strings.Join(numbers, "  "); tail != "" {
			lines = toRight(lines, tail, width)
		}
		for _, l := range lines {
			b.WriteString(strings.Repeat(" ", l.indent) + o.paint(l.style, l.words) + l.tail)
			b.WriteByte('\n')
		}
	}
}

// listLine is one line of a list; tail comes after the words, painted already.
type listLine struct {
	words, style, tail string
	indent             int
}

// listLines wraps a text; the lines after a heading's first are indented further.
func listLines(s, style string, indent, width int) []listLine {
	if s == "" {
		return nil
	}
	var out []listLine
	for i, l := range wrap(s, max(width-indent-listIndent, textMin)) {
		deeper := 0
		if indent == 0 && i > 0 {
			deeper = 2 * listIndent
		}
		out = append(out, listLine{words: l, style: style, indent: indent + deeper})
	}
	return out
}

// toRight puts a tail at the right end of the last line, or on a line of its own where it does not fit.
func toRight(lines []listLine, tail string, width int) []listLine {
	n := len(lines) - 1
	room := func(l *listLine) int { return width - l.indent - cells(l.words) - shownCells(tail) }
	if n < 0 || room(&lines[n]) < gap {
		lines, n = append(lines, listLine{}), n+1
	}
	l := &lines[n]
	l.tail = strings.Repeat(" ", max(room(l), 0)) + tail
	return lines
}

// shownCells is the width of a text that may be painted.
func shownCells(s string) int {
	for _, style := range []string{bold, faint, red, green, normal} {
		s = strings.ReplaceAll(s, style, "")
	}
	return cells(s)
}
