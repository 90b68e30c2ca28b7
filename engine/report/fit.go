package report

import (
	"slices"
	"strings"
	"unicode"

	"github.com/clipperhouse/displaywidth"
)

// gap is the number of blanks between two columns of a terminal table.
const gap = 2

// Limits of fitting, in terminal cells and lines.
const (
	textMin       = 12 // a text column narrower than this no longer reads as text: six Chinese characters
	textLines     = 3  // lines that a text cell may wrap to before it is cut
	headingLines  = 4
	headingMin    = 6
	repeatedShare = 2 // the columns repeated in each block may take one part in this of the width
)

// runeCells is the width of a character in a terminal: 0, 1 or 2.
func runeCells(r rune) int { return displaywidth.Options{}.Rune(r) }

// cells is the width of a string in a terminal: Chinese characters take two cells, ambiguous characters one, whatever the locale.
func cells(s string) int {
	n := 0
	for _, r := range s {
		n += runeCells(r)
	}
	return n
}

// clean makes a name harmless in a terminal and a table: control and formatting characters, line breaks and tabs become blanks.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Cf, unicode.Co) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, " "))
}

// wrap breaks a text into lines of at most width cells: at blanks, after Chinese characters, and inside a word only when it
// alone is wider. A line does not begin with a closing mark when there is another way.
func wrap(s string, width int) []string {
	var lines []string
	var line []rune
	used, stop := 0, 0 // stop is the number of runes after which line may be broken
	flush := func(n int) {
		lines = append(lines, strings.TrimRight(string(line[:n]), " "))
		rest := []rune(strings.TrimLeft(string(line[n:]), " "))
		line, used, stop = rest, cells(string(rest)), 0
	}
	runes := []rune(s)
	for i, r := range runes {
		w := runeCells(r)
		for used+w > width && len(line) > 0 && w > 0 {
			if r == ' ' || stop == 0 {
				flush(len(line))
			} else {
				flush(stop)
			}
		}
		if r == ' ' && len(line) == 0 {
			continue
		}
		line = append(line, r)
		used += w
		if r == ' ' || r == '/' || r == '-' || (w == 2 && (i+1 == len(runes) || !closes(runes[i+1])) && !opens(r)) {
			stop = len(line)
		}
	}
	if len(line) > 0 || len(lines) == 0 {
		lines = append(lines, strings.TrimRight(string(line), " "))
	}
	return lines
}

func closes(r rune) bool {
	return strings.ContainsRune("，。、；：！？）》」』】”’,.;:!?)]}%", r)
}
func opens(r rune) bool { return strings.ContainsRune("（《「『【“‘", r) }

// cut shortens a text to width cells, ending it with an ellipsis.
func cut(s string, width int) string {
	if cells(s) <= width {
		return s
	}
	var b strings.Builder
	used := 0
	for _, r := range s {
		w := runeCells(r)
		if used+w > width-1 {
			break
		}
		b.WriteRune(r)
		used += w
	}
	return strings.TrimRight(b.String(), " ") + "…"
}

// wrapLines wraps a text to at most lines lines, cutting the last.
func wrapLines(s string, width, lines int) []string {
	w := wrap(s, width)
	if len(w) > lines {
		rest := strings.Join(w[lines-1:], " ")
		w = append(w[:lines-1], cut(rest+"…", width))
	}
	return w
}

// wrapEven wraps a title so that its lines are about as long as each other.
func wrapEven(title string, width int) []string {
	n := len(wrap(title, width))
	for w := max(1, cells(title)/n); w < width; w++ {
		if len(wrap(title, w)) == n && !splitsWord(title, w) {
			return wrap(title, w)
		}
	}
	return wrapLines(title, width, headingLines)
}

// measure is what fitting must know of a column, in cells.
type measure struct {
	body    int    // the widest cell
	heading string // its title
	text    bool   // may be wrapped and cut
	key     bool   // is not a number
}

// block is the part of a table that stands side by side.
type block struct {
	columns []int // indices of columns
	widths  []int
}

// fit lays columns out in blocks of at most width cells (0: no limit). Numbers and codes are never cut: first headings wrap,
// then text columns, and then the table is split, repeating its leading key columns in each block.
func fit(cols []measure, width int) []block {
	all := make([]int, len(cols))
	for i := range all {
		all[i] = i
	}
	if w, ok := squeeze(cols, all, width); ok {
		return []block{{all, w}}
	}
	keys := 0
	for keys < len(cols) && cols[keys].key {
		keys++
	}
	if keys > 0 {
		w, _ := squeeze(cols, all[:keys], width/repeatedShare)
		for keys > 1 && total(w[:keys]) > width/repeatedShare {
			keys--
		}
	}
	blocks := split(cols, all, keys, width)
	// A key that no block has room for is a column like the others, or it would not be shown at all.
	for keys > 1 && !holds(blocks, keys-1) {
		keys--
		blocks = split(cols, all, keys, width)
	}
	return blocks
}

// split lays columns out in blocks, each of which begins with as many of the leading keys as it has room for.
func split(cols []measure, all []int, keys, width int) []block {
	var blocks []block
	for next := keys; next < len(cols); {
		b := append(append([]int(nil), all[:keys]...), next)
		w, ok := squeeze(cols, b, width)
		for k := keys - 1; k > 0 && !ok; k-- { // a wide number leaves room for fewer keys beside it
			b = append(append([]int(nil), all[:k]...), next)
			w, ok = squeeze(cols, b, width)
		}
		next++
		for next < len(cols) && ok {
			more := append(append([]int(nil), b...), next)
			v, fits := squeeze(cols, more, width)
			if !fits {
				break
			}
			b, w = more, v
			next++
		}
		blocks = append(blocks, block{b, w})
	}
	if len(blocks) == 0 {
		w, _ := squeeze(cols, all, width)
		blocks = []block{{all, w}}
	}
	return blocks
}

// holds tells whether any block has a column.
func holds(blocks []block, column int) bool {
	return slices.ContainsFunc(blocks, func(b block) bool { return slices.Contains(b.columns, column) })
}

// squeeze finds widths for some columns, and tells whether they fit.
func squeeze(cols []measure, pick []int, width int) ([]int, bool) {
	w := make([]int, len(pick))
	for lines := 1; lines <= headingLines; lines++ {
		for i, c := range pick {
			w[i] = max(cols[c].body, headingWidth(cols[c].heading, lines), 1)
		}
		if width == 0 || total(w) <= width {
			return w, true
		}
	}
	for total(w) > width {
		widest := -1
		for i, c := range pick {
			if cols[c].text && w[i] > textMin && (widest < 0 || w[i] > w[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return w, false
		}
		w[widest]--
	}
	return w, true
}

func total(widths []int) int {
	n := -gap
	for _, w := range widths {
		n += w + gap
	}
	return n
}

// headingWidth is the least width in which a title takes at most so many lines.
func headingWidth(title string, lines int) int {
	full := cells(title)
	if lines == 1 {
		return full
	}
	for w := min(full, max((full+lines-1)/lines, headingMin)); w < full; w++ {
		if len(wrap(title, w)) <= lines && !splitsWord(title, w) {
			return w
		}
	}
	return full
}

// splitsWord tells whether a word of a title is wider than a line.
func splitsWord(title string, width int) bool {
	for _, word := range strings.FieldsFunc(title, func(r rune) bool {
		return r == ' ' || r == '/' || r == '-' || runeCells(r) == 2
	}) {
		if cells(word) > width {
			return true
		}
	}
	return false
}
