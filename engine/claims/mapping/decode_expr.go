package mapping

import (
	"slices"

	yaml "go.yaml.in/yaml/v3"

	"github.com/drgsim/drgsim/engine/claims"
)

// use is what an expression is needed for; it decides which forms and modifiers it may have.
type use uint8

const (
	asText use = iota
	asMoney
	asDate
)

func kindOf(k claims.Kind) use {
	switch k {
	case claims.KindFen:
		return asMoney
	case claims.KindDate:
		return asDate
	}
	return asText
}

var (
	forms = map[string]form{"column": fromColumn, "text": fromText, "row": fromRow, "concat": fromConcat, "sum": fromSum,
		"product": fromProduct, "year": fromYear}
	exprKeys = []string{"column", "text", "row", "concat", "sum", "product", "year", "strip", "strip_end", "substring", "words",
		"default", "format", "minus"}
)

// expr reads an expression: a column's name, or a map with one form and any modifiers.
func (d *decoder) expr(n *yaml.Node, u use) (*expr, error) {
	x := &expr{line: n.Line}
	if n.Kind == yaml.ScalarNode {
		name, err := d.scalar(n, "an expression")
		if err != nil {
			return nil, err
		}
		return x, d.column(x, n, name)
	}
	es, err := d.entries(n, "an expression", exprKeys)
	if err != nil {
		return nil, err
	}
	found := ""
	for _, e := range es {
		if _, isForm := forms[e.key]; !isForm {
			continue
		}
		if found != "" {
			return nil, d.errorf(e.keyNode, "an expression has %q and %q; it takes one of column, text, row, concat, sum, product, year", found, e.key)
		}
		found = e.key
		if err := d.form(x, e, u); err != nil {
			return nil, err
		}
	}
	if found == "" {
		return nil, d.errorf(n, "an expression needs one of column, text, row, concat, sum, product, year")
	}
	for _, e := range es {
		if err := d.modifier(x, e, u); err != nil {
			return nil, err
		}
	}
	return x, nil
}

func (d *decoder) column(x *expr, n *yaml.Node, name string) error {
	if name == "" {
		return d.errorf(n, "the column's name is empty; a column without a header is \"column 1\" by its place")
	}
	x.form = fromColumn
	x.source = slices.IndexFunc(d.m.sources, func(s source) bool { return s.name == name })
	if x.source < 0 {
		x.source = len(d.m.sources)
		d.m.sources = append(d.m.sources, source{name, n.Line})
	}
	return nil
}

func (d *decoder) form(x *expr, e entry, u use) (err error) {
	x.form = forms[e.key]
	switch x.form {
	case fromColumn:
		name, err := d.scalar(e.n, e.key)
		if err != nil {
			return err
		}
		return d.column(x, e.n, name)
	case fromText:
		x.text, err = d.scalar(e.n, e.key)
		return err
	case fromRow:
		if v, err := d.scalar(e.n, e.key); err != nil || v != "true" {
			return d.errorf(e.n, "row takes the value true")
		}
		return nil
	case fromConcat:
		return d.parts(x, e, asText)
	case fromSum:
		if u != asMoney {
			return d.errorf(e.keyNode, "sum is for columns of money only")
		}
		return d.parts(x, e, asMoney)
	case fromProduct:
		if u != asMoney {
			return d.errorf(e.keyNode, "product is for columns of money only")
		}
		nodes, err := d.list(e.n, e.key)
		if err != nil {
			return err
		}
		if len(nodes) != 2 {
			return d.errorf(e.n, "product takes an amount and a whole number, not %d elements", len(nodes))
		}
		for i, part := range nodes {
			p, err := d.expr(part, []use{asMoney, asText}[i])
			if err != nil {
				return err
			}
			x.parts = append(x.parts, p)
		}
		return nil
	default:
		if u != asDate {
			return d.errorf(e.keyNode, "year is for columns of dates only")
		}
		p, err := d.expr(e.n, asText)
		x.parts = []*expr{p}
		return err
	}
}

func (d *decoder) parts(x *expr, e entry, u use) error {
	nodes, err := d.list(e.n, e.key)
	if err != nil {
		return err
	}
	for _, n := range nodes {
		p, err := d.expr(n, u)
		if err != nil {
			return err
		}
		x.parts = append(x.parts, p)
	}
	return nil
}

func (d *decoder) modifier(x *expr, e entry, u use) (err error) {
	if _, isForm := forms[e.key]; isForm {
		return nil
	}
	if x.form == fromSum || x.form == fromProduct {
		return d.errorf(e.keyNode, "%s cannot change a sum or product; put it at a term", e.key)
	}
	if x.form == fromText || x.form == fromRow {
		return d.errorf(e.keyNode, "%s cannot change a constant or a row number", e.key)
	}
	switch e.key {
	case "strip":
		x.strip, err = d.texts(e.n, e.key)
	case "strip_end":
		x.stripEnd, err = d.texts(e.n, e.key)
	case "substring":
		err = d.substring(x, e.n)
	case "words":
		err = d.words(x, e.n)
	case "default":
		x.fallback, err = d.scalar(e.n, e.key)
		x.hasFallback = true
	case "format":
		if u != asDate || x.form == fromYear {
			return d.errorf(e.keyNode, "format is for columns of dates only, and not together with year")
		}
		x.format, err = d.dateFormat(e.n, e.key)
	case "minus":
		if u != asDate {
			return d.errorf(e.keyNode, "minus is for columns of dates only")
		}
		x.minus, err = d.expr(e.n, asText)
	}
	return err
}

func (d *decoder) substring(x *expr, n *yaml.Node) error {
	es, err := d.entries(n, "substring", []string{"from", "length"})
	if err != nil {
		return err
	}
	x.from = 1
	for _, e := range es {
		v, err := d.positive(e.n, e.key)
		if err != nil {
			return err
		}
		if e.key == "from" {
			x.from = v
		} else {
			x.length = v
		}
	}
	if x.length == 0 {
		return d.errorf(n, "substring needs a length in characters")
	}
	return nil
}

func (d *decoder) words(x *expr, n *yaml.Node) error {
	es, err := d.entries(n, "words", nil)
	if err != nil {
		return err
	}
	x.words = make(map[string]string, len(es))
	for _, e := range es {
		if x.words[e.key], err = d.scalar(e.n, "the word for "+e.key); err != nil {
			return err
		}
	}
	return nil
}
