// Package policy loads packs: the law of a place as data. A pack is a folder per place and effective date that holds
// pack.yaml, sources.yaml, tables and case files; it may build on another (extends:), and any value in it may change with
// time (a list of {from, value, cite}).
//
// This package knows dates, citations, overlays and paths, and no formula: what a step or a parameter means is decided by
// the packages that compile it (benefit, drg, settle).
package policy

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/csvtable"
	"github.com/drgsim/drgsim/engine/nearest"
)

// Pack is one rule set: everything in force at a place from a date on. It is immutable.
type Pack struct {
	Name      string // folder: "hangzhou/2020-12-09"
	Place     string
	TitleZh   string
	TitleEn   string
	Effective claims.Date
	Until     claims.Date // last day; NoDate when open
	Chain     []string    // the packs it builds on, nearest first
	Tree      *Value      // all parameters, overlays merged, dates not yet resolved
	Sources   map[string]Source
	CaseFiles []string // paths inside the file system, sorted
	FS        fs.FS

	tables []string        // CSV files of the folder
	read   map[string]bool // those that the tree reads
}

// Title returns the pack's title in a language, zh or en.
func (p *Pack) Title(lang string) string {
	if lang == "zh" {
		return p.TitleZh
	}
	return p.TitleEn
}

// head are the top-level keys of pack.yaml that are not parameters.
var head = []string{"pack", "title", "effective", "until", "extends", "note", "remove"}

// parts are the top-level keys that hold parameters, in the order of the flow.
var parts = []string{"price_date", "order", "round", "benefit", "drg", "settle", "advance", "indicators", "behave", "penalties", "calendar"}

// Names returns the names of all packs in a file system, sorted: folders of two levels that hold a pack.yaml.
func Names(fsys fs.FS) ([]string, error) {
	files, err := fs.Glob(fsys, "*/*/pack.yaml")
	if err != nil {
		return nil, fmt.Errorf("listing packs: %w", err)
	}
	for i, f := range files {
		files[i] = path.Dir(f)
	}
	slices.Sort(files)
	return files, nil
}

// Open loads one pack by name, such as "hangzhou/2020-12-09", with the packs that it extends.
func Open(fsys fs.FS, name string) (*Pack, error) { return open(fsys, name, nil) }

func open(fsys fs.FS, name string, over []string) (*Pack, error) {
	if slices.Contains(over, name) {
		return nil, fmt.Errorf("pack %s extends itself (%s)", name, strings.Join(append(over, name), " -> "))
	}
	text, err := fs.ReadFile(fsys, path.Join(name, "pack.yaml"))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		all, _ := Names(fsys)
		return nil, fmt.Errorf("policy pack %q does not exist%s", name, nearest.Hint(name, all))
	}
	if err != nil {
		return nil, fmt.Errorf("reading policy pack: %w", err)
	}
	tree, err := ParseYAML(path.Join(name, "pack.yaml"), text)
	if err != nil {
		return nil, err
	}
	p := &Pack{Name: name, FS: fsys, Sources: map[string]Source{}}
	if err := p.readHead(tree); err != nil {
		return nil, err
	}
	if err := p.readSources(); err != nil {
		return nil, err
	}
	if p.CaseFiles, err = fs.Glob(fsys, path.Join(name, "cases", "*.case")); err != nil {
		return nil, fmt.Errorf("listing cases: %w", err)
	}
	if tree, err = p.expand(tree); err != nil {
		return nil, err
	}
	base := tree.Get("extends")
	for _, k := range head {
		tree = tree.Without(k)
	}
	p.Tree = tree
	if base == nil {
		return p, nil
	}
	parent, err := open(fsys, base.Text, append(over, name))
	if err != nil {
		return nil, fmt.Errorf("%s: extends: %w", base.Pos, err)
	}
	p.Chain = append([]string{parent.Name}, parent.Chain...)
	for id, s := range parent.Sources {
		if _, own := p.Sources[id]; !own {
			p.Sources[id] = s
		}
	}
	if p.Tree, err = merge(parent.Tree, tree); err != nil {
		return nil, err
	}
	return p, nil
}

func (p *Pack) readHead(tree *Value) error {
	d := Decode(tree, "pack")
	p.Place = d.Text("pack")
	if t := d.Sub("title"); t != nil {
		p.TitleZh, p.TitleEn = t.Text("zh"), t.Text("en")
		t.Close()
	} else {
		d.Fail("title", "is missing")
	}
	p.Effective = d.Date("effective")
	if p.Until = d.DateOr("until", claims.NoDate); p.Until != claims.NoDate && p.Until < p.Effective {
		d.Fail("until", "%s lies before effective: %s", p.Until, p.Effective)
	}
	d.TextOr("extends", "")
	for _, k := range parts {
		d.Raw(k)
	}
	if err := d.Err(); err != nil {
		return err
	}
	if want := p.Place + "/" + p.Effective.String(); !strings.HasSuffix(p.Name, want) {
		return fmt.Errorf("%s: the folder %q must be named place/effective date, %q", tree.Pos, p.Name, want)
	}
	return nil
}

func (p *Pack) readSources() error {
	file := path.Join(p.Name, "sources.yaml")
	text, err := fs.ReadFile(p.FS, file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading sources: %w", err)
	}
	v, err := ParseYAML(file, text)
	if err != nil {
		return err
	}
	p.Sources, err = parseSources(v)
	return err
}

// expand replaces the tables of a pack's folder and notes which files were read.
func (p *Pack) expand(tree *Value) (*Value, error) {
	var err error
	if p.tables, err = fs.Glob(p.FS, path.Join(p.Name, "*.csv")); err != nil {
		return nil, fmt.Errorf("listing tables: %w", err)
	}
	p.read = make(map[string]bool)
	return expand(tree, func(name string) (*Value, error) {
		file := path.Join(p.Name, name)
		p.read[file] = true
		text, err := fs.ReadFile(p.FS, file)
		if err != nil {
			return nil, noTable(name, err, p.tables)
		}
		return tableValue(file, text)
	})
}

// ExpandFiles replaces each {table: FILE} in a tree by the rows of that CSV file, whose path is relative to a folder: a
// list of maps, one per row, from which blank cells are left out.
func ExpandFiles(dir string, tree *Value) (*Value, error) {
	return expand(tree, func(name string) (*Value, error) {
		file := Under(dir, name)
		text, err := os.ReadFile(file)
		if err != nil {
			near, _ := filepath.Glob(filepath.Join(filepath.Dir(file), "*.csv"))
			return nil, noTable(name, err, near)
		}
		return tableValue(file, text)
	})
}

// Under returns a path as a file in a folder names it: relative to the folder, unless it is absolute.
func Under(dir, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, name)
}

func noTable(name string, err error, there []string) error {
	if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrInvalid) {
		return fmt.Errorf("table %q: %w", name, err)
	}
	names := make([]string, len(there))
	for i, file := range there {
		names[i] = path.Join(path.Dir(name), filepath.Base(file))
	}
	return fmt.Errorf("table %q does not exist%s", name, nearest.Hint(name, names))
}

func tableValue(file string, text []byte) (*Value, error) {
	header, rows, lines, err := csvtable.Records(file, text)
	if err != nil {
		return nil, err
	}
	list := &Value{Shape: List, Pos: Pos{file, 1}}
	for i, cells := range rows {
		m := &Value{Shape: Map, Pos: Pos{file, lines[i]}}
		for j, cell := range cells {
			if cell = strings.TrimSpace(cell); cell != "" {
				m.Keys = append(m.Keys, header[j])
				m.Items = append(m.Items, &Value{Shape: Scalar, Text: cell, Pos: m.Pos})
			}
		}
		list.Items = append(list.Items, m)
	}
	return list, nil
}

// Change sets one parameter of a pack for a study: the value at a path, from a date on when From is set.
type Change struct {
	Path   string
	Value  *Value
	From   claims.Date // NoDate: at all times
	Reason string      // in English, or in the one language that the study has
	// ReasonZh is the reason in Chinese; "" when the study has one language.
	ReasonZh string
	Pos      Pos // where the study says it
}

// With returns the pack with changes made in order. A path that matches nothing is an error at the change's place.
func (p *Pack) With(changes []Change) (*Pack, error) {
	q := *p
	for _, c := range changes {
		if first, _, _ := strings.Cut(c.Path, "."); !slices.Contains(parts, first) {
			return nil, fmt.Errorf("%s: path %q matches nothing; the parts of a pack are %s%s", c.Pos, c.Path, strings.Join(parts, ", "), nearest.Hint(first, parts))
		}
		value := c.Value
		if c.From != claims.NoDate {
			old, err := lookup(q.Tree, c.Path)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.Pos, err)
			}
			value = since(old, p.Effective, c.From, value)
		}
		tree, err := set(q.Tree, c.Path, value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Pos, err)
		}
		q.Tree = tree
	}
	return &q, nil
}

// since makes a value that is the old one until the day before from, and the new one afterwards.
func since(old *Value, effective, from claims.Date, value *Value) *Value {
	entry := func(day claims.Date, v *Value) *Value {
		m := &Value{Shape: Map, Pos: v.Pos}
		return m.With("from", &Value{Shape: Scalar, Text: day.String(), Pos: v.Pos}).With("value", v)
	}
	list := &Value{Shape: List, Pos: value.Pos}
	if dated(old) {
		for _, it := range old.Items {
			if d, err := claims.ParseDate(it.Get("from").Text); err == nil && d < from {
				list.Items = append(list.Items, it)
			}
		}
	} else {
		list.Items = append(list.Items, entry(min(effective, from-1), old))
	}
	list.Items = append(list.Items, entry(from, value))
	return list
}

// Lookup returns the value at a path as written, or an error that names the nearest path.
func (p *Pack) Lookup(path string) (*Value, error) { return lookup(p.Tree, path) }
