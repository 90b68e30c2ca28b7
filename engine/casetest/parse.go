package casetest

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/policy"
)

// The words that begin a line of a case file.
var (
	directives   = []string{"policy", "origin", "set", "pack"}
	inputBlocks  = []string{"claims", "hospitals", "groups", "reviews", "enrolment", "totals", "budget"}
	resultBlocks = []string{"adjudicate", "classify", "settle"}
	expectWords  = []string{"error", "finding"}
)

func starters() []string {
	return slices.Concat(directives, inputBlocks, resultBlocks, []string{"expect"})
}

// maxBytes bounds a case file; law fits into a few kilobytes.
const maxBytes = 1 << 20

// Parse reads one case file. The error names the first line that is wrong.
func Parse(file string, text []byte) (*Case, error) {
	if len(text) > maxBytes || !utf8.Valid(text) {
		return nil, fmt.Errorf("%s:1: a case file is UTF-8 text of at most %d bytes", file, maxBytes)
	}
	p := &parser{c: &Case{File: file, On: claims.NoDate, lines: strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")}}
	for p.at < len(p.c.lines) {
		if err := p.line(); err != nil {
			return nil, err
		}
	}
	return p.c, p.finish()
}

type parser struct {
	c      *Case
	at     int // index of the next line
	origin bool
}

// pos is the place of the line before the next.
func (p *parser) pos() policy.Pos { return policy.Pos{File: p.c.File, Line: p.at} }

func (p *parser) fail(format string, args ...any) error {
	return fmt.Errorf("%s: "+format, append([]any{p.pos()}, args...)...)
}

// line reads one line that stands outside of all blocks, with the block that it begins.
func (p *parser) line() error {
	raw := p.c.lines[p.at]
	p.at++
	text := strings.TrimSpace(raw)
	if text == "" {
		return nil
	}
	if rest, ok := strings.CutPrefix(text, "#"); ok {
		if p.c.Title == "" && p.c.Policy == "" {
			p.c.Title = strings.TrimSpace(rest)
		}
		return nil
	}
	word, rest, _ := strings.Cut(text, " ")
	rest = strings.TrimSpace(rest)
	switch {
	case word == "policy":
		return p.policy(rest)
	case word == "origin":
		return p.originLine(rest)
	case word == "set":
		return p.set(rest)
	case word == "pack":
		return p.pack(rest)
	case word == "expect":
		return p.expect(rest)
	case slices.Contains(inputBlocks, word) || slices.Contains(resultBlocks, word):
		return p.table(word, rest)
	}
	return p.fail("%q begins no line of a case; lines begin with %s%s", word, strings.Join(starters(), ", "), nearest.Hint(word, starters()))
}

func (p *parser) policy(rest string) error {
	if p.c.Policy != "" {
		return p.fail("a second policy; a case has one")
	}
	words := strings.Fields(withoutComment(rest))
	if len(words) != 1 && (len(words) != 3 || words[1] != "on") {
		return p.fail("a policy is written as: policy NAME on 2026-03-15")
	}
	p.c.Policy = words[0]
	if len(words) == 1 {
		return nil
	}
	day, err := claims.ParseDate(words[2])
	if err != nil {
		return p.fail("%w", err)
	}
	p.c.On = day
	return nil
}

func (p *parser) originLine(rest string) error {
	word, source, _ := strings.Cut(withoutComment(rest), " ")
	i := slices.Index(originNames, word)
	if i < 0 {
		return p.fail("origin %q is none of %s%s", word, strings.Join(originNames, ", "), nearest.Hint(word, originNames))
	}
	if p.origin {
		return p.fail("a second origin; a case has one")
	}
	p.origin = true
	p.c.Origin, p.c.Source = Origin(i), strings.TrimSpace(source)
	return nil
}

// set reads "set PATH VALUE" and "set from DATE PATH VALUE".
func (p *parser) set(rest string) error {
	from := claims.NoDate
	if after, ok := strings.CutPrefix(rest, "from "); ok {
		day, more, _ := strings.Cut(strings.TrimSpace(after), " ")
		d, err := claims.ParseDate(day)
		if err != nil {
			return p.fail("%w", err)
		}
		from, rest = d, strings.TrimSpace(more)
	}
	path, text := cutPath(rest)
	if path == "" || text == "" {
		return p.fail("a change is written as: set PATH VALUE")
	}
	value, err := p.yaml(text, p.at)
	if err != nil {
		return err
	}
	p.c.Changes = append(p.c.Changes, policy.Change{Path: path, Value: value, From: from, Reason: "case", Pos: p.pos()})
	return nil
}

// cutPath parts a path from what follows; blanks inside brackets belong to the path.
func cutPath(s string) (path, rest string) {
	depth := 0
	for i, r := range s {
		switch {
		case r == '[':
			depth++
		case r == ']':
			depth--
		case r == ' ' && depth <= 0:
			return s[:i], strings.TrimSpace(s[i:])
		}
	}
	return s, ""
}

// pack reads the indented lines that follow as YAML.
func (p *parser) pack(rest string) error {
	if rest = withoutComment(rest); rest != "" {
		return p.fail("the pack follows in indented lines; %q is too much here", rest)
	}
	if p.c.Pack != nil {
		return p.fail("a second pack; a case has one")
	}
	first := p.at + 1
	start := p.at
	for p.at < len(p.c.lines) {
		l := p.c.lines[p.at]
		if strings.TrimSpace(l) != "" && l[0] != ' ' && l[0] != '#' {
			break
		}
		p.at++
	}
	text := strings.Join(p.c.lines[start:p.at], "\n")
	if strings.TrimSpace(text) == "" {
		return p.fail("the pack is empty; it follows in indented lines")
	}
	var err error
	p.c.Pack, err = p.yaml(text, first)
	return err
}

// yaml reads text that begins on a line of the case, so that faults in it are told with their true lines.
func (p *parser) yaml(text string, line int) (*policy.Value, error) {
	return policy.ParseYAML(p.c.File, []byte(strings.Repeat("\n", line-1)+text))
}

func (p *parser) expect(rest string) error {
	if rest = withoutComment(rest); rest != "" {
		return p.fail("expectations follow in lines of their own; %q is too much here", rest)
	}
	n := len(p.c.Expect)
	for p.more() {
		text := withoutComment(strings.TrimSpace(p.c.lines[p.at-1]))
		if text == "" {
			continue
		}
		kind, what, _ := strings.Cut(text, " ")
		if !slices.Contains(expectWords, kind) {
			return p.fail("expect: %q is none of %s%s", kind, strings.Join(expectWords, ", "), nearest.Hint(kind, expectWords))
		}
		if what = strings.TrimSpace(what); what == "" {
			return p.fail("expect: %s of what?", kind)
		}
		p.c.Expect = append(p.c.Expect, Expectation{p.pos(), kind, what})
	}
	if len(p.c.Expect) == n {
		return p.fail("the expect block is empty")
	}
	return nil
}

// more steps to the next line of a block; a blank line or the end of the file ends the block.
func (p *parser) more() bool {
	if p.at >= len(p.c.lines) || strings.TrimSpace(p.c.lines[p.at]) == "" {
		return false
	}
	p.at++
	return true
}

func (p *parser) table(name, rest string) error {
	words := strings.Fields(withoutComment(rest))
	t := &Table{Name: name, Pos: p.pos()}
	if len(words) > 1 {
		return p.fail("%s: the columns stand on the next line", name)
	}
	if len(words) == 1 {
		t.Of = words[0]
	}
	for _, o := range p.c.Tables {
		if o.Name == name && o.Of == t.Of {
			return p.fail("a second block %s; the first stands at line %d", strings.TrimSpace(name+" "+t.Of), o.Pos.Line)
		}
	}
	for p.more() {
		cells, err := splitCells(p.c.lines[p.at-1])
		if err != nil {
			return p.fail("%s: %w", name, err)
		}
		switch {
		case len(cells) == 0:
		case t.Columns == nil:
			t.Columns, t.header = cells, p.pos()
		case len(cells) != len(t.Columns):
			return p.fail("%s: the row has %d cells, but there are %d columns; a dash is a blank cell", name, len(cells), len(t.Columns))
		default:
			t.Rows = append(t.Rows, Row{p.pos(), cells})
		}
	}
	if t.Columns == nil {
		return fmt.Errorf("%s: %s: the block is empty; columns stand on the next line", t.Pos, name)
	}
	p.c.Tables = append(p.c.Tables, t)
	return nil
}

// splitCells parts a line at blanks. A cell in double quotes may hold blanks; what follows a # at a cell's start is a comment.
func splitCells(line string) ([]string, error) {
	var cells []string
	for {
		line = strings.TrimLeft(line, " \t")
		if line == "" || line[0] == '#' {
			return cells, nil
		}
		if line[0] != '"' {
			end := strings.IndexAny(line, " \t")
			if end < 0 {
				end = len(line)
			}
			cells, line = append(cells, line[:end]), line[end:]
			continue
		}
		end := strings.IndexByte(line[1:], '"')
		if end < 0 {
			return nil, fmt.Errorf("a quoted cell is not closed")
		}
		cells, line = append(cells, line[1:1+end]), line[end+2:]
	}
}

// withoutComment cuts a comment: a # at the start of a word.
func withoutComment(s string) string {
	if strings.HasPrefix(s, "#") {
		return ""
	}
	if i := strings.Index(s, " #"); i >= 0 {
		s = s[:i]
	}
	return strings.TrimSpace(s)
}

// finish checks the case as a whole.
func (p *parser) finish() error {
	c := p.c
	p.at = 1
	if c.Policy == "" {
		return p.fail("the case has no line: policy NAME on 2026-03-15")
	}
	if c.Pack != nil && c.Policy != None {
		return fmt.Errorf("%s: a pack of its own needs the line: policy none", c.Pack.Pos)
	}
	if c.Policy == None && c.Pack == nil {
		return p.fail("policy none needs a pack of its own; without law nothing can be told")
	}
	if len(c.Expect) == 0 && !slices.ContainsFunc(c.Tables, func(t *Table) bool { return slices.Contains(resultBlocks, t.Name) }) {
		return p.fail("the case expects nothing; it needs one of %s, expect", strings.Join(resultBlocks, ", "))
	}
	return nil
}
