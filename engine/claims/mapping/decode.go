package mapping

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/nearest"
)

// maxFile bounds a mapping file; a longer one is something else.
const maxFile = 1 << 20

// Load reads a mapping file.
func Load(path string) (*Mapping, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("mapping: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("mapping %s: %w", filepath.ToSlash(path), err)
	}
	return Parse(filepath.ToSlash(path), text)
}

// Parse reads the text of a mapping; file stands in error messages.
func Parse(file string, text []byte) (*Mapping, error) {
	if len(text) > maxFile {
		return nil, fmt.Errorf("%s: the file is longer than %d KiB, no mapping is", file, maxFile>>10)
	}
	d := &decoder{m: &Mapping{File: file, comma: ',', money: moneyFormat{decimal: '.'}}}
	var doc yaml.Node
	dec := yaml.NewDecoder(strings.NewReader(string(text)))
	if err := dec.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%s: the file is empty; keys are %s", file, strings.Join(topKeys, ", "))
		}
		return nil, fmt.Errorf("%s: %s", file, strings.TrimPrefix(strings.Join(strings.Fields(err.Error()), " "), "yaml: "))
	}
	var more yaml.Node
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: the file has more than one document", file)
	}
	if len(doc.Content) != 1 {
		return nil, fmt.Errorf("%s: the file is empty; keys are %s", file, strings.Join(topKeys, ", "))
	}
	if err := d.top(doc.Content[0]); err != nil {
		return nil, err
	}
	return d.m, nil
}

var topKeys = []string{"title", "delimiter", "money", "dates", "controls", "columns", "hospitals"}

// decoder turns nodes into a mapping. Its methods return errors that begin with file:line.
type decoder struct{ m *Mapping }

func (d *decoder) errorf(n *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %w", d.m.File, n.Line, fmt.Errorf(format, args...))
}

// entry is one key of a map with its value.
type entry struct {
	key        string
	keyNode, n *yaml.Node
}

// entries returns a map's keys in the order of the file; allowed nil allows any.
func (d *decoder) entries(n *yaml.Node, what string, allowed []string) ([]entry, error) {
	if n.Kind != yaml.MappingNode {
		return nil, d.errorf(n, "%s must be a map of key: value", what)
	}
	var out []entry
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if k.Kind != yaml.ScalarNode {
			return nil, d.errorf(k, "a key of %s is not a word", what)
		}
		if allowed != nil && !slices.Contains(allowed, k.Value) {
			return nil, d.errorf(k, "unknown key %q of %s; keys are %s%s", k.Value, what, strings.Join(allowed, ", "), nearest.Hint(k.Value, allowed))
		}
		if first, ok := seen[k.Value]; ok {
			return nil, d.errorf(k, "key %q of %s is repeated, it stands in line %d already", k.Value, what, first)
		}
		seen[k.Value] = k.Line
		out = append(out, entry{k.Value, k, v})
	}
	return out, nil
}

// scalar returns a value as it is written; empty is an error unless it is quoted.
func (d *decoder) scalar(n *yaml.Node, what string) (string, error) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" || n.Tag == "!!binary" {
		return "", d.errorf(n, "%s must be one value", what)
	}
	return n.Value, nil
}

func (d *decoder) list(n *yaml.Node, what string) ([]*yaml.Node, error) {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		return nil, d.errorf(n, "%s must be a list of at least one element", what)
	}
	return n.Content, nil
}

func (d *decoder) texts(n *yaml.Node, what string) ([]string, error) {
	nodes, err := d.list(n, what)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range nodes {
		s, err := d.scalar(e, "an element of "+what)
		if err != nil {
			return nil, err
		}
		if s == "" {
			return nil, d.errorf(e, "an element of %s is empty", what)
		}
		out = append(out, s)
	}
	return out, nil
}

// char reads a separator: one character of those allowed.
func (d *decoder) char(n *yaml.Node, what, allowed string) (byte, error) {
	s, err := d.scalar(n, what)
	if err != nil {
		return 0, err
	}
	if len(s) != 1 || !strings.Contains(allowed, s) {
		return 0, d.errorf(n, "%s %q is none of %s", what, s, strings.Join(quoteEach(allowed), ", "))
	}
	return s[0], nil
}

func quoteEach(chars string) []string {
	var out []string
	for _, c := range chars {
		out = append(out, strconv.Quote(string(c)))
	}
	return out
}

func (d *decoder) positive(n *yaml.Node, what string) (int, error) {
	s, err := d.scalar(n, what)
	if err != nil {
		return 0, err
	}
	v, err := strconv.Atoi(s)
	if err != nil || v < 1 || v > 10_000 {
		return 0, d.errorf(n, "%s %q is not a whole number from 1 to 10000", what, s)
	}
	return v, nil
}

// top reads the file's outermost map. Formats come first, whatever their place in the file.
func (d *decoder) top(n *yaml.Node) error {
	es, err := d.entries(n, "the mapping", topKeys)
	if err != nil {
		return err
	}
	at := map[string]*yaml.Node{}
	for _, e := range es {
		at[e.key] = e.n
	}
	if at["columns"] == nil {
		return d.errorf(n, "key \"columns\" is missing")
	}
	if v := at["title"]; v != nil {
		if d.m.Title, err = d.scalar(v, "title"); err != nil {
			return err
		}
	}
	if v := at["delimiter"]; v != nil {
		if d.m.comma, err = d.char(v, "delimiter", ",;|\t"); err != nil {
			return err
		}
	}
	if v := at["money"]; v != nil {
		if err := d.moneyFormat(v); err != nil {
			return err
		}
	}
	d.m.dates = dateFormat{{what: 'Y', width: 4}, {literal: "-"}, {what: 'M', width: 2}, {literal: "-"}, {what: 'D', width: 2}}
	if v := at["dates"]; v != nil {
		if d.m.dates, err = d.dateFormat(v, "dates"); err != nil {
			return err
		}
	}
	if err := d.columns(at["columns"]); err != nil {
		return err
	}
	if v := at["controls"]; v != nil {
		if err := d.controls(v); err != nil {
			return err
		}
	}
	if v := at["hospitals"]; v != nil {
		return d.hospitals(v)
	}
	return nil
}

func (d *decoder) moneyFormat(n *yaml.Node) error {
	es, err := d.entries(n, "money", []string{"thousands", "decimal", "unit"})
	if err != nil {
		return err
	}
	m := &d.m.money
	for _, e := range es {
		switch e.key {
		case "thousands":
			m.thousands, err = d.char(e.n, "thousands", ",. '")
		case "decimal":
			m.decimal, err = d.char(e.n, "decimal", ".,")
		case "unit":
			var s string
			if s, err = d.scalar(e.n, "unit"); err == nil && s != "fen" && s != "yuan" {
				err = d.errorf(e.n, "unit %q is neither yuan (whole currency units with decimals) nor fen (hundredths)", s)
			}
			m.fen = s == "fen"
		}
		if err != nil {
			return err
		}
	}
	switch {
	case m.thousands == m.decimal:
		return d.errorf(n, "thousands and decimal are the same character")
	case m.fen && m.thousands != 0:
		return d.errorf(n, "amounts in fen have no thousands separator")
	}
	return nil
}

func (d *decoder) dateFormat(n *yaml.Node, what string) (dateFormat, error) {
	s, err := d.scalar(n, what)
	if err != nil {
		return nil, err
	}
	f, err := parseDateFormat(s)
	if err != nil {
		return nil, d.errorf(n, "%w", err)
	}
	return f, nil
}

func (d *decoder) columns(n *yaml.Node) error {
	names := make([]string, claims.NumColumns)
	for c, f := range claims.Schema {
		names[c] = f.Name
	}
	es, err := d.entries(n, "columns", names)
	if err != nil {
		return err
	}
	for _, e := range es {
		c := slices.Index(names, e.key)
		if d.m.columns[c], err = d.expr(e.n, kindOf(claims.Schema[c].Kind)); err != nil {
			return err
		}
		if err := d.m.checkConstants(claims.Column(c), d.m.columns[c]); err != nil {
			return d.errorf(e.n, "%w", err)
		}
	}
	for c, f := range claims.Schema {
		if f.Required && d.m.columns[c] == nil {
			return d.errorf(n, "column %q of the claims table is required and not mapped (%s)", f.Name, f.Doc)
		}
	}
	return nil
}

func (d *decoder) controls(n *yaml.Node) error {
	es, err := d.entries(n, "controls", nil)
	if err != nil {
		return err
	}
	for _, e := range es {
		x, err := d.expr(e.n, asMoney)
		if err != nil {
			return err
		}
		d.m.controls = append(d.m.controls, control{e.key, x})
	}
	return nil
}

func (d *decoder) hospitals(n *yaml.Node) error {
	es, err := d.entries(n, "hospitals", []string{"name", "county", "tier"})
	if err != nil {
		return err
	}
	for _, e := range es {
		x, err := d.expr(e.n, asText)
		if err != nil {
			return err
		}
		switch e.key {
		case "name":
			d.m.hospital.name = x
		case "county":
			d.m.hospital.county = x
		case "tier":
			d.m.hospital.tier = x
		}
	}
	return nil
}
