package policy

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Pos is where a value stands: a file and a line counted from 1, or a flag of the command line, whose name begins with "--".
type Pos struct {
	File string
	Line int
}

// String prints "file:line", and of a flag, which has no lines, the name alone.
func (p Pos) String() string {
	if strings.HasPrefix(p.File, "--") {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Shape tells what a Value is.
type Shape uint8

// The shapes of values.
const (
	Null Shape = iota
	Scalar
	List
	Map
)

// A Value is one node of a pack or study file. Scalars keep their text as written, so that decimals, codes with leading
// zeros and dates arrive exactly. Values are not changed after loading; overlays and changes build new ones.
type Value struct {
	Shape Shape
	Text  string   // of a Scalar
	Keys  []string // of a Map, in the order written
	Items []*Value // of a List, or parallel to Keys
	Pos   Pos
	// Cites are the ids of the sources of a dated value, once resolved to a date; nil elsewhere.
	Cites []string
}

// Errors is a set of faults found in one pass over a file, one sentence each.
type Errors []error

// Error prints one fault a line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, err := range e {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}

// Join collects faults, those of an Errors one by one, each sentence once; nil when there are none.
func Join(faults ...error) error {
	var all Errors
	seen := make(map[string]bool)
	var add func(err error)
	add = func(err error) {
		var many Errors
		switch {
		case err == nil:
		case errors.As(err, &many) && err.Error() == many.Error():
			for _, e := range many {
				add(e)
			}
		case !seen[err.Error()]:
			seen[err.Error()] = true
			all = append(all, err)
		}
	}
	for _, err := range faults {
		add(err)
	}
	if len(all) == 0 {
		return nil
	}
	return all.collapse()
}

// sameFault matches what may differ between faults of one cause: the place before the sentence, and numbers in brackets.
var sameFault = regexp.MustCompile(`^[^ ]+:\d+: |\[\d+\]`)

// collapse keeps the first of the faults that say the same of different places, as a misspelt column does of every row, and
// says how many follow.
func (e Errors) collapse() Errors {
	var out Errors
	first := make(map[string]int)
	more := make(map[int]int)
	for _, err := range e {
		key := sameFault.ReplaceAllString(err.Error(), "")
		if at, ok := first[key]; ok {
			more[at]++
			continue
		}
		first[key] = len(out)
		out = append(out, err)
	}
	for at, n := range more {
		out[at] = fmt.Errorf("%w (and %d more like it)", out[at], n)
	}
	return out
}

// Unwrap gives the faults to errors.Is and errors.As.
func (e Errors) Unwrap() []error { return e }

// ParseYAML reads one YAML document into a Value. A repeated key is an error with the place of both.
func ParseYAML(file string, text []byte) (*Value, error) {
	dec := yaml.NewDecoder(strings.NewReader(string(text)))
	var doc yaml.Node
	if err := dec.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%s: the file is empty", Pos{file, 1})
		}
		return nil, yamlError(file, 1+strings.Count(strings.TrimRight(string(text), " \r\n"), "\n"), err)
	}
	var second yaml.Node
	if err := dec.Decode(&second); err == nil {
		return nil, fmt.Errorf("%s: a second document follows; one file holds one document", Pos{file, second.Line})
	}
	return convert(file, doc.Content[0], 0)
}

// structural matches the faults for which the YAML reader counts lines from 0, and says none of the first.
var structural = regexp.MustCompile(`did not find expected (<|node content|'-' indicator|key|',' or )|found undefined tag handle|found duplicate %|found incompatible YAML`)

// yamlError puts the line that the YAML reader names, of a text that ends on line last, where all errors have it.
func yamlError(file string, last int, err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	var line int
	if n, scan := fmt.Sscanf(text, "line %d:", &line); scan == nil && n == 1 {
		_, text, _ = strings.Cut(text, ": ")
	}
	if structural.MatchString(text) {
		line = min(line+1, last)
	}
	if strings.HasSuffix(text, "expected ',' or '}'") {
		text += "; between { and } a text with [, ], { or } in it, such as a path with a selector, stands in quotes"
	}
	if line == 0 {
		return fmt.Errorf("%s: %s", file, text)
	}
	return fmt.Errorf("%s: %s", Pos{file, line}, text)
}

// maxDepth bounds nesting, so that a hostile file cannot exhaust the stack.
const maxDepth = 64

func convert(file string, n *yaml.Node, depth int) (*Value, error) {
	v := &Value{Pos: Pos{file, n.Line}}
	if depth > maxDepth {
		return nil, fmt.Errorf("%s: nested deeper than %d levels", v.Pos, maxDepth)
	}
	switch n.Kind {
	case yaml.AliasNode:
		return nil, fmt.Errorf("%s: aliases (*%s) are not allowed; write the value out", v.Pos, n.Value)
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return v, nil
		}
		v.Shape, v.Text = Scalar, n.Value
	case yaml.SequenceNode:
		v.Shape = List
		for _, c := range n.Content {
			item, err := convert(file, c, depth+1)
			if err != nil {
				return nil, err
			}
			v.Items = append(v.Items, item)
		}
	case yaml.MappingNode:
		v.Shape = Map
		at := make(map[string]int)
		for i := 0; i < len(n.Content); i += 2 {
			key := n.Content[i]
			if key.Kind != yaml.ScalarNode || key.Tag == "!!merge" {
				return nil, fmt.Errorf("%s:%d: a key must be a plain word", file, key.Line)
			}
			if line, twice := at[key.Value]; twice {
				return nil, fmt.Errorf("%s:%d: key %q stands already at line %d", file, key.Line, key.Value, line)
			}
			at[key.Value] = key.Line
			item, err := convert(file, n.Content[i+1], depth+1)
			if err != nil {
				return nil, err
			}
			v.Keys, v.Items = append(v.Keys, key.Value), append(v.Items, item)
		}
	default:
		return nil, fmt.Errorf("%s: not a value", v.Pos)
	}
	return v, nil
}

// Get returns the value at a key of a Map, or nil.
func (v *Value) Get(key string) *Value {
	if v == nil || v.Shape != Map {
		return nil
	}
	for i, k := range v.Keys {
		if k == key {
			return v.Items[i]
		}
	}
	return nil
}

// With returns a copy of a Map with one key set; the other items are shared.
func (v *Value) With(key string, item *Value) *Value {
	c := *v
	c.Keys = append([]string(nil), v.Keys...)
	c.Items = append([]*Value(nil), v.Items...)
	for i, k := range c.Keys {
		if k == key {
			c.Items[i] = item
			return &c
		}
	}
	c.Keys, c.Items = append(c.Keys, key), append(c.Items, item)
	return &c
}

// Without returns a copy of a Map that lacks a key.
func (v *Value) Without(key string) *Value {
	c := &Value{Shape: Map, Pos: v.Pos, Cites: v.Cites}
	for i, k := range v.Keys {
		if k != key {
			c.Keys, c.Items = append(c.Keys, k), append(c.Items, v.Items[i])
		}
	}
	return c
}

// id returns the text under "id", by which overlays and paths name the items of a list.
func (v *Value) id() string {
	if v == nil {
		return ""
	}
	if id := v.Get("id"); id != nil {
		return id.Text
	}
	return ""
}

// Equal reports whether two values read the same, wherever they stand.
func (v *Value) Equal(w *Value) bool {
	if v == nil || w == nil {
		return v == w
	}
	if v.Shape != w.Shape || v.Text != w.Text || len(v.Items) != len(w.Items) {
		return false
	}
	for i := range v.Items {
		if v.Shape == Map && v.Keys[i] != w.Keys[i] || !v.Items[i].Equal(w.Items[i]) {
			return false
		}
	}
	return true
}

// String prints the value in one line, as YAML flow text: for messages and diffs.
func (v *Value) String() string {
	var b strings.Builder
	v.write(&b)
	return b.String()
}

func (v *Value) write(b *strings.Builder) {
	switch {
	case v == nil || v.Shape == Null:
		b.WriteString("null")
	case v.Shape == Scalar:
		b.WriteString(v.Text)
	case v.Shape == List:
		b.WriteByte('[')
		for i, it := range v.Items {
			if i > 0 {
				b.WriteString(", ")
			}
			it.write(b)
		}
		b.WriteByte(']')
	default:
		b.WriteByte('{')
		for i, it := range v.Items {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(v.Keys[i])
			b.WriteString(": ")
			it.write(b)
		}
		b.WriteByte('}')
	}
}
