package report

import (
	"bytes"
	"strings"
)

// markdown draws the document as Markdown with pipe tables.
func (o Options) markdown(d *Document) []byte {
	var b bytes.Buffer
	para := func(s string) {
		if s != "" {
			b.WriteString(s + "\n\n")
		}
	}
	para("# " + escapeMarkdown(d.Title.In(o.Lang)))
	para(escapeMarkdown(d.Subtitle.In(o.Lang)))
	for _, f := range d.Facts {
		b.WriteString("- " + escapeMarkdown(f.Name.In(o.Lang)) + o.in("：", ": ") + escapeMarkdown(f.Value.In(o.Lang)) + "\n")
	}
	if d.hasMoney() {
		b.WriteString("- " + o.in("金额单位：", "Amounts in ") + escapeMarkdown(o.unitName(d, false)) + "\n")
	}
	b.WriteByte('\n')
	for _, w := range d.Warnings {
		para("> **" + o.in("注意：", "Warning: ") + "** " + escapeMarkdown(w.In(o.Lang)))
	}
	d.each(func(s *Section, depth int) {
		if depth < 0 {
			return
		}
		para(strings.Repeat("#", min(depth+2, 6)) + " " + escapeMarkdown(s.Title.In(o.Lang)))
		para(escapeMarkdown(s.Note.In(o.Lang)))
		if t := s.table(); t != nil {
			o.markdownTable(&b, d, t)
		}
		for _, n := range s.Notes {
			para(o.in("注：", "Note: ") + escapeMarkdown(n.In(o.Lang)))
		}
	})
	return append(bytes.TrimRight(b.Bytes(), "\n"), '\n')
}

func (o Options) markdownTable(b *bytes.Buffer, d *Document, t *Table) {
	var head, rule []string
	for i := range t.Columns {
		c := &t.Columns[i]
		if c.Hidden {
			continue
		}
		head = append(head, escapeMarkdown(o.heading(d, c)))
		if o.rightmost(t, i, t.Rows) {
			rule = append(rule, "---:")
		} else {
			rule = append(rule, ":---")
		}
	}
	line := func(cells []string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	line(head)
	line(rule)
	for _, row := range t.Rows {
		line(o.markdownRow(t, row, ""))
	}
	if t.Footer != nil {
		line(o.markdownRow(t, t.Footer, "**"))
	}
	b.WriteByte('\n')
}

func (o Options) markdownRow(t *Table, row []Cell, mark string) []string {
	var out []string
	for i := range row {
		if t.Columns[i].Hidden {
			continue
		}
		s := escapeMarkdown(o.show(&t.Columns[i], &row[i]))
		if mark != "" {
			if row[i].Null || s == "" {
				s = ""
			} else {
				s = mark + s + mark
			}
		}
		out = append(out, s)
	}
	return out
}

// escapeMarkdown makes a text stand for itself: no markup, no table separators, no line breaks.
func escapeMarkdown(s string) string {
	var b strings.Builder
	for _, r := range clean(s) {
		if strings.ContainsRune("\\`*_{}[]<>#|~&$", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
