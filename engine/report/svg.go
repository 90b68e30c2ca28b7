package report

import (
	"bytes"
	"fmt"
	"html"
	"strconv"
	"strings"
)

// svgFonts are the families that hold Chinese on the usual systems.
const svgFonts = `"Noto Sans SC","Noto Sans CJK SC","PingFang SC","Microsoft YaHei","Source Han Sans SC","WenQuanYi Micro Hei",sans-serif`

// svgFiles draws each chart as an SVG file of its own, named after the document and the chart.
func (o Options) svgFiles(d *Document) []File {
	var files []File
	for _, s := range d.charts() {
		files = append(files, File{d.ID + "." + s.Chart.ID + ".svg", o.svg(s.Chart.draw(d), s.Chart)})
	}
	return files
}

// svg writes a drawing as a file that stands alone: on white, with its colours inside.
func (o Options) svg(g *drawing, c *Chart) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %s %s" role="img" font-family='%s'>`+"\n",
		px(g.width), px(g.height), px(g.width), px(g.height), svgFonts)
	fmt.Fprintf(&b, "<title>%s</title>\n", html.EscapeString(clean(c.Title.In(o.Lang))))
	fmt.Fprintf(&b, `<rect width="%s" height="%s" fill="%s"/>`+"\n", px(g.width), px(g.height), palette["paper"].light)
	for i := range g.shapes {
		g.shapes[i].svg(&b, func(s *shape) string { return palette[s.paint].light }, o.variant())
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// svgInPage writes a drawing for a page whose style sheet holds the colours and shows one variant of each label.
func svgInPage(g *drawing, c *Chart) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg viewBox="0 0 %s %s" role="img" aria-labelledby="chart-%s">`, px(g.width), px(g.height), c.ID)
	fmt.Fprintf(&b, `<title id="chart-%s">%s</title>`, c.ID, html.EscapeString(clean(c.Title.In(Zh)+" / "+c.Title.In(En))))
	for i := range g.shapes {
		g.shapes[i].svg(&b, func(s *shape) string { return "var(--" + s.paint + ")" }, -1)
	}
	b.WriteString("</svg>")
	return b.String()
}

// svg writes one shape. variant is that of its label to write, or -1 for all, each in its class.
func (s *shape) svg(b *bytes.Buffer, paint func(*shape) string, variant int) {
	fill := fmt.Sprintf(`fill="%s"`, paint(s))
	if s.opacity != 0 {
		fill += ` fill-opacity="` + strconv.FormatFloat(s.opacity, 'f', 2, 64) + `"`
	}
	switch s.kind {
	case rectShape:
		fmt.Fprintf(b, `<rect x="%s" y="%s" width="%s" height="%s" %s/>`+"\n", px(s.at[0].x), px(s.at[0].y), px(s.at[1].x-s.at[0].x), px(s.at[1].y-s.at[0].y), fill)
	case dotShape:
		fmt.Fprintf(b, `<circle cx="%s" cy="%s" r="%s" %s/>`+"\n", px(s.at[0].x), px(s.at[0].y), px(s.width), fill)
	case areaShape:
		fmt.Fprintf(b, `<polygon points="%s" %s/>`+"\n", points(s.at), fill)
	case lineShape:
		fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="%s"/>`+"\n", points(s.at), paint(s), px(s.width))
	case letterShape:
		attrs := fmt.Sprintf(`x="%s" y="%s" font-size="%s" text-anchor="%s" %s`, px(s.at[0].x), px(s.at[0].y), px(s.size), [...]string{"start", "middle", "end"}[s.anchor], fill)
		if s.bold {
			attrs += ` font-weight="600"`
		}
		if variant >= 0 {
			fmt.Fprintf(b, "<text %s>%s</text>\n", attrs, html.EscapeString(s.words[variant]))
			return
		}
		for _, v := range s.words.distinct() {
			fmt.Fprintf(b, "<text %s%s>%s</text>\n", attrs, v.class, html.EscapeString(v.text))
		}
	}
}

type variantText struct{ class, text string }

// distinct returns the variants of a label, with the class under which each is shown; equal ones are one.
func (w words) distinct() []variantText {
	zh, en := w[0] == w[1], w[2] == w[3]
	switch {
	case zh && en && w[0] == w[2]:
		return []variantText{{"", w[0]}}
	case zh && en:
		return []variantText{{` class="zh"`, w[0]}, {` class="en"`, w[2]}}
	case w[0] == w[2] && w[1] == w[3]:
		return []variantText{{` class="yuan"`, w[0]}, {` class="wan"`, w[1]}}
	}
	return []variantText{{` class="zh yuan"`, w[0]}, {` class="zh wan"`, w[1]}, {` class="en yuan"`, w[2]}, {` class="en wan"`, w[3]}}
}

// px writes a length with at most one decimal.
func px(v float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
}

func points(list []point) string {
	var b strings.Builder
	for i, p := range list {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(px(p.x) + "," + px(p.y))
	}
	return b.String()
}
