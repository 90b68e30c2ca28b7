package report

import "math"

// heat is how deep the cells of a heat map are: the farther from zero the deeper, from near, the least distance, to far.
type heat struct{ near, far float64 }

// heatOf scales depth between the least and the greatest of values of one sign, else from zero: small differences of large
// amounts are seen too.
func (c *Chart) heatOf() (h heat, lo, hi int64) {
	var lists [][]int64
	for _, s := range c.Series {
		lists = append(lists, s.Values)
	}
	lo, hi = span(lists...)
	h.far = max(float64(hi), -float64(lo))
	switch {
	case lo > 0:
		h.near = float64(lo)
	case hi < 0:
		h.near = -float64(hi)
	}
	return h, lo, hi
}

// opacity is that of a cell; where all values are equal none is deeper than another.
func (h heat) opacity(v int64) float64 {
	const faint, more = 0.08, 0.62
	if h.far == h.near {
		return faint
	}
	return faint + more*(math.Abs(float64(v))-h.near)/(h.far-h.near)
}

// drawHeat colours a cell for each label across and series down, and says what the ends of the colours stand for.
func (c *Chart) drawHeat(g *drawing, top float64) {
	const row = 30
	left, widest := 0.0, 0.0
	for _, s := range c.Series {
		left = max(left, sayText(s.Name).cut(fontSize, 200).pixels(fontSize))
		for _, v := range s.Values {
			widest = max(widest, c.value(v).pixels(fontSize))
		}
	}
	left += chartMargin + 10
	depth, lo, hi := c.heatOf()
	slot := (chartWidth - chartMargin - left) / float64(len(c.Labels))
	y := top
	axis := func(zh, en string, title Text) {
		if !title.Empty() {
			g.text(chartMargin, y+fontSize, start, "ink", say(func(o Options) string { return o.in(zh, en) + title.In(o.Lang) }).cut(fontSize, chartWidth-2*chartMargin))
			y += fontSize + 6
		}
	}
	axis("横轴：", "across: ", c.XTitle)
	axis("纵轴：", "down: ", c.YTitle)
	y = below(g, c.Labels, left, slot, y)
	for i, s := range c.Series {
		at := y + row*float64(i)
		g.text(left-10, at+row/2+4, end, "ink", sayText(s.Name).cut(fontSize, 200))
		for j, v := range s.Values {
			x := left + slot*float64(j)
			g.rect(x+1, at+1, x+slot-1, at+row-1, c.paintOf(v)).opacity = depth.opacity(v)
			if widest+6 < slot {
				g.text(x+slot/2, at+row/2+4, middle, "ink", c.value(v))
			}
		}
	}
	g.height = c.heatLegend(g, depth, lo, hi, y+row*float64(len(c.Series))+10) + chartMargin
}

// heatLegend draws the colours from the least value to the greatest, with both, and returns where it ends.
func (c *Chart) heatLegend(g *drawing, depth heat, lo, hi int64, y float64) float64 {
	const steps, wide, high = 9, 22, 14
	x := chartMargin + c.value(lo).pixels(fontSize) + 8
	g.text(x-8, y+high-2, end, "muted", c.value(lo))
	for i := range int64(steps) {
		v := lo + (hi-lo)/(steps-1)*i
		if i == steps-1 {
			v = hi
		}
		g.rect(x, y, x+wide, y+high, c.paintOf(v)).opacity = depth.opacity(v)
		x += wide
	}
	g.text(x+8, y+high-2, start, "muted", c.value(hi))
	return y + high
}
