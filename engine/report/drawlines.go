package report

import "math"

// drawLines draws the values of each series over X.
func (c *Chart) drawLines(g *drawing, top float64) {
	const tall = 300
	var lists [][]int64
	for _, s := range c.Series {
		lists = append(lists, s.Values, s.Low, s.High)
	}
	lo, hi := span(lists...)
	if lo > 0 && lo < (hi-lo) {
		lo = 0
	}
	bottom := top + tall
	s, left := c.valueAxis(g, lo, hi, top+8, bottom)
	xlo, xhi := span(c.X)
	if xlo == xhi {
		xhi++
	}
	x := scale{lo: xlo, hi: xhi, from: left + 10, to: chartWidth - chartMargin - 30}
	c.xTicks(g, x, bottom)
	for i, series := range c.Series {
		paint := seriesPaint(i)
		if len(series.Low) > 0 {
			var band []point
			for j := range c.X {
				band = append(band, point{x.at(c.X[j]), s.at(series.High[j])})
			}
			for j := len(c.X) - 1; j >= 0; j-- {
				band = append(band, point{x.at(c.X[j]), s.at(series.Low[j])})
			}
			g.shapes = append(g.shapes, shape{kind: areaShape, at: band, paint: paint, opacity: 0.18})
		}
		var path []point
		for j := range c.X {
			path = append(path, point{x.at(c.X[j]), s.at(series.Values[j])})
		}
		g.line(paint, 2, path...)
		if len(path) <= 40 {
			for _, p := range path {
				g.shapes = append(g.shapes, shape{kind: dotShape, at: []point{p}, paint: paint, width: 3.5})
			}
		}
	}
	c.xCaption(g, left, bottom)
}

// xTicks writes the numbers of X under a plot: each of X when they are few, else round ones.
func (c *Chart) xTicks(g *drawing, x scale, bottom float64) {
	ticks := c.X
	if len(ticks) > 11 {
		x.step = roundStep(x.hi-x.lo, 8)
		ticks = nil
		for v := -floorTo(-x.lo, x.step); v <= x.hi; v += x.step {
			ticks = append(ticks, v)
		}
	}
	free := math.Inf(-1)
	for _, v := range ticks {
		g.line("axis", 1, point{x.at(v), bottom}, point{x.at(v), bottom + 5})
		w := c.tickWords(c.XKind, v)
		if half := w.pixels(fontSize) / 2; x.at(v)-half > free {
			g.text(x.at(v), bottom+fontSize+8, middle, "muted", w)
			free = x.at(v) + half + 6
		}
	}
}

// xCaption names X and ends the drawing.
func (c *Chart) xCaption(g *drawing, left, bottom float64) {
	g.height = bottom + fontSize + 8 + chartMargin
	if w := sayText(c.XTitle); !w.empty() {
		g.text((left+chartWidth-chartMargin)/2, bottom+2*fontSize+16, middle, "ink", w)
		g.height += fontSize + 8
	}
}

// drawLorenz draws cumulated shares and the line of equality in a square.
func (c *Chart) drawLorenz(g *drawing, top float64) {
	const side = 380
	bottom := top + 8 + side
	y := scale{lo: 0, hi: 1_000_000, from: bottom, to: top + 8, step: 200_000}
	left := chartMargin + c.tickWords(KindRatio, 1_000_000).pixels(fontSize) + 10
	x := scale{lo: 0, hi: 1_000_000, from: left, to: left + side, step: 200_000}
	for _, v := range y.ticks() {
		g.line("grid", 1, point{left, y.at(v)}, point{left + side, y.at(v)})
		g.text(left-8, y.at(v)+4, end, "muted", c.tickWords(KindRatio, v))
		g.line("axis", 1, point{x.at(v), bottom}, point{x.at(v), bottom + 5})
		g.text(x.at(v), bottom+fontSize+8, middle, "muted", c.tickWords(KindRatio, v))
	}
	g.line("axis", 1, point{left, bottom}, point{left + side, top + 8})
	for i, series := range c.Series {
		var path []point
		for j := range c.X {
			path = append(path, point{x.at(c.X[j]), y.at(series.Values[j])})
		}
		g.line(seriesPaint(i), 2, path...)
	}
	g.height = bottom + fontSize + 8 + chartMargin
	if w := sayText(c.XTitle); !w.empty() {
		g.text(left+side/2, bottom+2*fontSize+16, middle, "ink", w)
		g.height += fontSize + 8
	}
}
