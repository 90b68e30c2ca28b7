package report

import "strings"

// Sizes of charts, in pixels.
const (
	chartWidth  = 860
	chartMargin = 16
	fontSize    = 13
	titleSize   = 16
)

// words is a label in every language and unit, in the order of variants.
type words [4]string

// variants are the ways in which a page can be read; it holds all of them and shows one.
var variants = [4]Options{{Lang: Zh, Unit: Yuan}, {Lang: Zh, Unit: Wan}, {Lang: En, Unit: Yuan}, {Lang: En, Unit: Wan}}

// variant is the index of the options' language and unit.
func (o Options) variant() int {
	i := 0
	if o.Lang == En {
		i = 2
	}
	if o.Unit == Wan {
		i++
	}
	return i
}

// say makes a label from what it reads as under each variant.
func say(f func(o Options) string) words {
	var w words
	for i, o := range variants {
		w[i] = clean(f(o))
	}
	return w
}

func sayText(t Text) words { return say(func(o Options) string { return t.In(o.Lang) }) }

// pixels is about how wide the widest variant is drawn.
func (w words) pixels(size float64) float64 {
	widest := 0.0
	for _, s := range w {
		widest = max(widest, textPixels(s, size))
	}
	return widest
}

func textPixels(s string, size float64) float64 {
	n := 0.0
	for _, r := range s {
		switch runeCells(r) {
		case 2:
			n++
		case 1:
			n += 0.58
		}
	}
	return n * size
}

// cut shortens every variant to a width.
func (w words) cut(size, width float64) words {
	for i, s := range w {
		for n := cells(s); textPixels(s, size) > width && n > 1; n-- {
			s = cut(w[i], n)
		}
		w[i] = s
	}
	return w
}

func (w words) empty() bool { return strings.Join(w[:], "") == "" }

// anchor is the part of a text that stands at its point.
type anchor uint8

const (
	start anchor = iota
	middle
	end
)

type point struct{ x, y float64 }

type shapeKind uint8

const (
	rectShape   shapeKind = iota // at[0] and at[1] are opposite corners
	lineShape                    // an open line through all points
	areaShape                    // a filled polygon
	dotShape                     // a circle around at[0]
	letterShape                  // text at at[0]
)

// shape is one mark of a drawing. paint names a colour of the palette.
type shape struct {
	kind    shapeKind
	at      []point
	paint   string
	opacity float64 // 0 to 1, of fills; 0 means 1
	width   float64 // of lines
	words   words
	anchor  anchor
	size    float64
	bold    bool
}

// drawing is a chart as shapes, which the SVG and PNG writers share.
type drawing struct {
	width, height float64
	shapes        []shape
}

func (d *drawing) rect(x1, y1, x2, y2 float64, paint string) *shape {
	d.shapes = append(d.shapes, shape{kind: rectShape, at: []point{{min(x1, x2), min(y1, y2)}, {max(x1, x2), max(y1, y2)}}, paint: paint})
	return &d.shapes[len(d.shapes)-1]
}

func (d *drawing) line(paint string, width float64, at ...point) {
	d.shapes = append(d.shapes, shape{kind: lineShape, at: at, paint: paint, width: width})
}

func (d *drawing) text(x, y float64, a anchor, paint string, w words) *shape {
	d.shapes = append(d.shapes, shape{kind: letterShape, at: []point{{x, y}}, anchor: a, paint: paint, words: w, size: fontSize})
	return &d.shapes[len(d.shapes)-1]
}

// ink is a colour of the palette, for light and for dark paper.
type ink struct{ light, dark string }

// palette holds the colours by name. Series colours stay apart for readers who do not tell red from green, and losses are red
// below zero, so that colour is never the only sign.
var palette = map[string]ink{
	"paper": {"#ffffff", "#14181d"},
	"ink":   {"#1c2530", "#e3e8ee"},
	"muted": {"#5b6875", "#9aa7b4"},
	"grid":  {"#dde3e9", "#2b333c"},
	"axis":  {"#8a97a4", "#66727e"},
	"gain":  {"#1d7f5f", "#3fb68b"},
	"loss":  {"#c23b30", "#ef6f63"},
	"sum":   {"#44617f", "#8fb0d1"},
	"s0":    {"#2b6cb0", "#6aa9e9"},
	"s1":    {"#d07a1f", "#f0a95b"},
	"s2":    {"#7a55b5", "#b196e6"},
	"s3":    {"#1f8f8a", "#5cc9c3"},
	"s4":    {"#b8416f", "#ee8bb0"},
	"s5":    {"#6b7a1e", "#b5c65a"},
}

// paints lists the palette's names in a fixed order.
var paints = []string{"paper", "ink", "muted", "grid", "axis", "gain", "loss", "sum", "s0", "s1", "s2", "s3", "s4", "s5"}

func seriesPaint(i int) string { return "s" + string(rune('0'+i%6)) }
