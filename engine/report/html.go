package report

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // for the page's script and style
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"strings"
)

var (
	//go:embed page/page.css
	pageCSS string
	//go:embed page/number.js
	numberJS string
	//go:embed page/page.js
	pageJS string
)

// html draws the document as one page that needs nothing else: its policy forbids every connection, and its script and style are
// admitted by their hashes. It holds both languages and both units; the options only choose what it shows first.
func (o Options) html(d *Document) ([]byte, error) {
	encoded, err := json.Marshal(pageDataOf(d))
	if err != nil {
		return nil, err
	}
	style, script := paletteCSS()+pageCSS, numberJS+pageJS
	lang, unit := Zh, Yuan
	if o.Lang == En {
		lang = En
	}
	if o.Unit == Wan {
		unit = Wan
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "<!doctype html>\n<html lang=\"%s\" data-lang=\"%s\" data-unit=\"%s\" data-theme=\"auto\">\n<head>\n<meta charset=\"utf-8\">\n",
		map[Lang]string{Zh: "zh-CN", En: "en"}[lang], lang, unit)
	fmt.Fprintf(&b, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src '%s'; style-src '%s'; img-src data:; base-uri 'none'; form-action 'none'\">\n",
		sourceHash(script), sourceHash(style))
	b.WriteString("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<link rel=\"icon\" href=\"data:,\">\n")
	fmt.Fprintf(&b, "<title>%s</title>\n<style>%s</style>\n</head>\n<body>\n", html.EscapeString(clean(d.Title.In(lang))), style)
	pageBar(&b, d)
	b.WriteString("<div class=\"layout\">\n<nav>")
	pageContents(&b, d.Sections)
	b.WriteString("</nav>\n<main>\n")
	pageFront(&b, d)
	for _, s := range d.Sections {
		pageSection(&b, d, s, 2)
	}
	b.WriteString("</main>\n</div>\n<script type=\"application/json\" id=\"data\">")
	b.Write(encoded) // Marshal has escaped <, > and &
	fmt.Fprintf(&b, "</script>\n<script>%s</script>\n</body>\n</html>\n", script)
	return b.Bytes(), nil
}

// sourceHash is how a content security policy names an inline script or style.
func sourceHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// paletteCSS writes the palette as custom properties for light and dark.
func paletteCSS() string {
	var light, dark strings.Builder
	for _, name := range paints {
		fmt.Fprintf(&light, "--%s:%s;", name, palette[name].light)
		fmt.Fprintf(&dark, "--%s:%s;", name, palette[name].dark)
	}
	return fmt.Sprintf(":root{color-scheme:light;%s}\n@media screen and (prefers-color-scheme:dark){:root[data-theme=auto]{color-scheme:dark;%s}}\n@media screen{:root[data-theme=dark]{color-scheme:dark;%s}}\n",
		&light, &dark, &dark)
}

// both writes a text in both languages, one of which the page shows.
func both(t Text) string {
	zh, en := html.EscapeString(clean(t.In(Zh))), html.EscapeString(clean(t.In(En)))
	if zh == en {
		return zh
	}
	return `<span class="zh" lang="zh-CN">` + zh + `</span><span class="en" lang="en">` + en + `</span>`
}

func pageBar(b *bytes.Buffer, d *Document) {
	unit := func(u Unit) string {
		return both(Text{Options{Lang: Zh, Unit: u}.unitName(d, false), Options{Lang: En, Unit: u}.unitName(d, false)})
	}
	fmt.Fprintf(b, "<div class=\"bar\"><strong>%s</strong>\n", both(d.Title))
	button := func(name, value, label string) string {
		return fmt.Sprintf(`<button type="button" data-choose="%s" value="%s" aria-pressed="false">%s</button>`, name, value, label)
	}
	fmt.Fprintf(b, "<span class=\"group\">%s%s</span>\n", button("lang", "zh", "中文"), button("lang", "en", "English"))
	if d.hasMoney() {
		fmt.Fprintf(b, "<span class=\"group\">%s%s</span>\n", button("unit", "yuan", unit(Yuan)), button("unit", "wan", unit(Wan)))
	}
	fmt.Fprintf(b, "<span class=\"group\">%s%s%s</span></div>\n", button("theme", "auto", both(Text{"自动", "Auto"})),
		button("theme", "light", both(Text{"浅色", "Light"})), button("theme", "dark", both(Text{"深色", "Dark"})))
}

func pageContents(b *bytes.Buffer, list []*Section) {
	if len(list) == 0 {
		return
	}
	b.WriteString("<ul>")
	for _, s := range list {
		fmt.Fprintf(b, `<li><a href="#section-%s">%s</a>`, s.ID, both(s.Title))
		pageContents(b, s.Children)
		b.WriteString("</li>")
	}
	b.WriteString("</ul>")
}

func pageFront(b *bytes.Buffer, d *Document) {
	fmt.Fprintf(b, "<h1>%s</h1>\n", both(d.Title))
	if !d.Subtitle.Empty() {
		fmt.Fprintf(b, "<p class=\"muted\">%s</p>\n", both(d.Subtitle))
	}
	fmt.Fprintf(b, "<noscript><p class=\"warning\">%s</p></noscript>\n", both(Text{"此页的表格需要启用 JavaScript 才能显示；图形不需要。", "The tables of this page need JavaScript; the charts do not."}))
	for _, w := range d.Warnings {
		fmt.Fprintf(b, "<p class=\"warning\" role=\"note\">%s</p>\n", both(w))
	}
	if len(d.Facts) > 0 {
		b.WriteString("<dl class=\"facts\">\n")
		for _, f := range d.Facts {
			fmt.Fprintf(b, "<dt>%s</dt><dd>%s</dd>\n", both(f.Name), both(f.Value))
		}
		b.WriteString("</dl>\n")
	}
}

func pageSection(b *bytes.Buffer, d *Document, s *Section, level int) {
	fmt.Fprintf(b, "<section id=\"section-%s\">\n<h%d>%s</h%d>\n", s.ID, level, both(s.Title), level)
	if !s.Note.Empty() {
		fmt.Fprintf(b, "<p>%s</p>\n", both(s.Note))
	}
	if s.Chart != nil {
		fmt.Fprintf(b, "<figure>%s</figure>\n", svgInPage(s.Chart.draw(d), s.Chart))
	}
	if s.Table != nil {
		fmt.Fprintf(b, "<div data-table=\"%s\"></div>\n", s.Table.ID)
	}
	if len(s.Notes) > 0 {
		b.WriteString("<ul class=\"notes\">\n")
		for _, n := range s.Notes {
			fmt.Fprintf(b, "<li>%s</li>\n", both(n))
		}
		b.WriteString("</ul>\n")
	}
	for _, c := range s.Children {
		pageSection(b, d, c, min(level+1, 6))
	}
	b.WriteString("</section>\n")
}
