package report

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// pngScale makes pictures sharp on slides: so many dots for each pixel of the chart.
const pngScale = 2

// pngFiles draws each chart as a PNG file of its own, named after the document and the chart.
func (o Options) pngFiles(d *Document) ([]File, error) {
	data := o.Font
	if len(data) == 0 {
		data = goregular.TTF
	}
	face, err := parseFont(data)
	if err != nil {
		return nil, err
	}
	var files []File
	for _, s := range d.charts() {
		picture, err := o.png(s.Chart.draw(d), face)
		if err != nil {
			return nil, fmt.Errorf("chart %s: %w", s.Chart.ID, err)
		}
		files = append(files, File{d.ID + "." + s.Chart.ID + ".png", picture})
	}
	return files, nil
}

// parseFont reads a font, or of a collection the simplified Chinese one where the usual collections have it.
func parseFont(data []byte) (*sfnt.Font, error) {
	c, err := opentype.ParseCollection(data)
	if err != nil {
		return nil, fmt.Errorf("font: %w", err)
	}
	const simplified = 2 // in the Noto and Source Han collections: Japanese, Korean, simplified, traditional
	if c.NumFonts() > simplified {
		return c.Font(simplified)
	}
	return c.Font(0)
}

// raster is a picture in the making.
type raster struct {
	image *image.RGBA
	faces map[float64]font.Face
	font  *sfnt.Font
	buf   sfnt.Buffer
}

func (o Options) png(g *drawing, f *sfnt.Font) ([]byte, error) {
	r := &raster{image: image.NewRGBA(image.Rect(0, 0, int(g.width*pngScale), int(math.Ceil(g.height*pngScale)))), faces: map[float64]font.Face{}, font: f}
	draw.Draw(r.image, r.image.Bounds(), image.NewUniform(rgb("paper", 1)), image.Point{}, draw.Src)
	for i := range g.shapes {
		s := &g.shapes[i]
		opacity := s.opacity
		if opacity == 0 {
			opacity = 1
		}
		paint := rgb(s.paint, opacity)
		switch s.kind {
		case rectShape:
			a, b := s.at[0], s.at[1]
			r.fill(paint, point{a.x, a.y}, point{b.x, a.y}, point{b.x, b.y}, point{a.x, b.y})
		case areaShape:
			r.fill(paint, s.at...)
		case dotShape:
			r.dot(paint, s.at[0], s.width)
		case lineShape:
			for j := 1; j < len(s.at); j++ {
				r.stroke(paint, s.at[j-1], s.at[j], s.width)
				if j > 1 && s.width > 1 {
					r.dot(paint, s.at[j-1], s.width/2) // a round joint
				}
			}
		case letterShape:
			if err := r.letters(s, paint, s.words[o.variant()]); err != nil {
				return nil, err
			}
		}
	}
	var b bytes.Buffer
	err := png.Encode(&b, r.image)
	return b.Bytes(), err
}

// fill paints a polygon, touching only the dots around it.
func (r *raster) fill(paint color.Color, at ...point) {
	lo, hi := at[0], at[0]
	for _, p := range at {
		lo, hi = point{min(lo.x, p.x), min(lo.y, p.y)}, point{max(hi.x, p.x), max(hi.y, p.y)}
	}
	box := image.Rect(int(lo.x*pngScale)-1, int(lo.y*pngScale)-1, int(hi.x*pngScale)+2, int(hi.y*pngScale)+2).Intersect(r.image.Bounds())
	if box.Empty() {
		return
	}
	v := vector.NewRasterizer(box.Dx(), box.Dy())
	for i, p := range at {
		x, y := float32(p.x*pngScale)-float32(box.Min.X), float32(p.y*pngScale)-float32(box.Min.Y)
		if i == 0 {
			v.MoveTo(x, y)
		} else {
			v.LineTo(x, y)
		}
	}
	v.ClosePath()
	v.Draw(r.image, box, image.NewUniform(paint), image.Point{})
}

func (r *raster) dot(paint color.Color, at point, radius float64) {
	const corners = 24
	var circle []point
	for i := range corners {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		circle = append(circle, point{at.x + radius*cos, at.y + radius*sin})
	}
	r.fill(paint, circle...)
}

func (r *raster) stroke(paint color.Color, a, b point, width float64) {
	long := math.Hypot(b.x-a.x, b.y-a.y)
	if long == 0 {
		return
	}
	x, y := (b.y-a.y)/long*width/2, (a.x-b.x)/long*width/2
	r.fill(paint, point{a.x + x, a.y + y}, point{b.x + x, b.y + y}, point{b.x - x, b.y - y}, point{a.x - x, a.y - y})
}

func (r *raster) letters(s *shape, paint color.Color, text string) error {
	for _, c := range text {
		if i, err := r.font.GlyphIndex(&r.buf, c); err != nil || i == 0 {
			return errors.Join(fmt.Errorf("the font has no letter %q; give a font that has it, or take svg", c), err)
		}
	}
	face := r.faces[s.size]
	if face == nil {
		var err error
		if face, err = opentype.NewFace(r.font, &opentype.FaceOptions{Size: s.size * pngScale, DPI: 72, Hinting: font.HintingNone}); err != nil {
			return err
		}
		r.faces[s.size] = face
	}
	d := font.Drawer{Dst: r.image, Src: image.NewUniform(paint), Face: face}
	x := fixed.Int26_6(s.at[0].x * pngScale * 64)
	switch s.anchor {
	case middle:
		x -= d.MeasureString(text) / 2
	case end:
		x -= d.MeasureString(text)
	}
	d.Dot = fixed.Point26_6{X: x, Y: fixed.Int26_6(s.at[0].y * pngScale * 64)}
	d.DrawString(text)
	if s.bold {
		d.Dot = fixed.Point26_6{X: x + 32, Y: fixed.Int26_6(s.at[0].y * pngScale * 64)}
		d.DrawString(text)
	}
	return nil
}

// rgb is a colour of the palette on white.
func rgb(name string, opacity float64) color.Color {
	var r, g, b uint8
	if _, err := fmt.Sscanf(palette[name].light, "#%02x%02x%02x", &r, &g, &b); err != nil {
		panic("BUG: report: " + err.Error())
	}
	return color.NRGBA{r, g, b, uint8(math.Round(opacity * 255))}
}

// systemFonts are where the usual systems keep a font with Chinese letters, the best first.
var systemFonts = []string{
	"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
	"/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
	"/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
	"/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
	"/System/Library/Fonts/PingFang.ttc",
	"/System/Library/Fonts/STHeiti Light.ttc",
	"/Library/Fonts/Arial Unicode.ttf",
	`C:\Windows\Fonts\msyh.ttc`,
	`C:\Windows\Fonts\simhei.ttf`,
}

// SystemFont reads a font with Chinese letters for Options.Font, where the system has one, and tells its path. Pictures made
// with different fonts differ; for the same bytes everywhere give the same font.
func SystemFont() (data []byte, path string, err error) {
	for _, path := range systemFonts {
		if data, err := os.ReadFile(path); err == nil {
			if _, err := parseFont(data); err == nil {
				return data, path, nil
			}
		}
	}
	return nil, "", errors.New("no font with Chinese letters was found on this system; name one, or take svg")
}
