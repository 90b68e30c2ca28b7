package report

// draw makes the shapes of a chart.
func (c *Chart) draw(d *Document) *drawing {
	g := &drawing{width: chartWidth}
	g.text(chartMargin, chartMargin+titleSize-3, start, "ink", sayText(c.Title).cut(titleSize, chartWidth-2*chartMargin)).asTitle()
	top := float64(chartMargin + titleSize + 12)
	top = c.legend(g, d, top)
	switch c.Kind {
	case Bars, Intervals:
		c.drawBars(g, top)
	case Groups:
		c.drawGroups(g, top)
	case Waterfall:
		c.drawWaterfall(g, top)
	case Heat:
		c.drawHeat(g, top)
	case Lorenz:
		c.drawLorenz(g, top)
	case Lines:
		c.drawLines(g, top)
	}
	return g
}

func (s *shape) asTitle() { s.size, s.bold = titleSize, true }

// legend names the unit and the series, and returns where the chart may begin.
func (c *Chart) legend(g *drawing, d *Document, top float64) float64 {
	y, x := top+fontSize, float64(chartMargin)
	unit := words{}
	if c.Value.fen() {
		unit = say(func(o Options) string { return o.in("单位：", "in ") + o.unitName(d, c.InYuan) })
	}
	if c.Kind == Waterfall && c.cutOff() != 0 {
		unit = say(func(o Options) string {
			return o.in("单位：", "in ") + o.unitName(d, c.InYuan) + o.in("；纵轴不从零开始", "; the axis does not start at zero")
		})
	}
	if !unit.empty() {
		g.text(x, y, start, "muted", unit)
		x += unit.pixels(fontSize) + 24
	}
	named := !unit.empty()
	if c.Kind == Lines || c.Kind == Lorenz || c.Kind == Groups {
		for i := range c.Series {
			w := sayText(c.Series[i].Name)
			if w.empty() {
				continue
			}
			w = w.cut(fontSize, 260)
			if x+w.pixels(fontSize)+20 > chartWidth-chartMargin {
				x, y = chartMargin, y+fontSize+8
			}
			g.rect(x, y-10, x+12, y+1, seriesPaint(i))
			g.text(x+18, y, start, "ink", w)
			x += 18 + w.pixels(fontSize) + 20
			named = true
		}
	}
	if !named {
		return top + 4
	}
	return y + 14
}

// value is a label with a number of the chart.
func (c *Chart) value(v int64) words {
	return say(func(o Options) string { return o.number(c.Value, v, 0, c.InYuan) })
}

func (c *Chart) tickWords(k Kind, v int64) words {
	return say(func(o Options) string { return o.tick(k, v, c.InYuan) })
}

// paintOf is the colour of a change, or of an amount by its sign.
func (c *Chart) paintOf(v int64) string {
	switch {
	case v == 0:
		return "axis"
	case (v > 0) != c.Adverse:
		return "gain"
	}
	return "loss"
}

// valueAxis draws horizontal grid lines with their numbers on the left of a plot whose values run upward, and returns the scale.
func (c *Chart) valueAxis(g *drawing, lo, hi int64, top, bottom float64) (s scale, left float64) {
	s = newScale(lo, hi, bottom, top)
	left = chartMargin
	for _, v := range s.ticks() {
		left = max(left, chartMargin+c.tickWords(c.Value, v).pixels(fontSize)+10)
	}
	for _, v := range s.ticks() {
		paint := "grid"
		if v == 0 {
			paint = "axis"
		}
		g.line(paint, 1, point{left, s.at(v)}, point{chartWidth - chartMargin, s.at(v)})
		g.text(left-8, s.at(v)+4, end, "muted", c.tickWords(c.Value, v))
	}
	return s, left
}

// drawBars draws horizontal bars from zero, or intervals with a mark.
func (c *Chart) drawBars(g *drawing, top float64) {
	const row = 26
	data := c.Series[0]
	lo, hi := span(data.Values, data.Low, data.High)
	lo, hi = min(lo, 0), max(hi, 0)
	labels := make([]words, len(c.Labels))
	left, room := 0.0, 0.0
	for i, l := range c.Labels {
		labels[i] = sayText(l).cut(fontSize, 240)
		left = max(left, labels[i].pixels(fontSize))
		room = max(room, c.value(data.Values[i]).pixels(fontSize)+10)
	}
	left += chartMargin + 10
	from, to := left, float64(chartWidth-chartMargin)
	if c.Kind == Intervals {
		to -= room
	} else {
		to -= room
		if lo < 0 {
			from += room
		}
	}
	bottom := top + row*float64(len(c.Labels))
	s := newScale(lo, hi, from, to)
	widest := 0.0
	for _, v := range s.ticks() {
		widest = max(widest, c.tickWords(c.Value, v).pixels(fontSize)+12)
	}
	every := 1 + int64(widest/((to-from)/float64(len(s.ticks()))))
	for _, v := range s.ticks() {
		g.line("grid", 1, point{s.at(v), top}, point{s.at(v), bottom})
		if v/s.step%every == 0 {
			g.text(s.at(v), bottom+fontSize+5, middle, "muted", c.tickWords(c.Value, v))
		}
	}
	g.line("axis", 1, point{s.at(0), top}, point{s.at(0), bottom})
	for i, v := range data.Values {
		y := top + row*float64(i)
		g.text(left-10, y+row/2+4, end, "ink", labels[i])
		if c.Kind == Intervals {
			g.rect(s.at(data.Low[i]), y+8, s.at(data.High[i]), y+row-8, "s0").opacity = 0.45
			g.rect(s.at(v)-1.5, y+4, s.at(v)+1.5, y+row-4, "ink")
			g.text(chartWidth-chartMargin, y+row/2+4, end, "ink", c.value(v))
			continue
		}
		g.rect(s.at(0), y+4, s.at(v), y+row-4, c.paintOf(v))
		if v < 0 {
			g.text(s.at(v)-5, y+row/2+4, end, "ink", c.value(v))
		} else {
			g.text(s.at(v)+5, y+row/2+4, start, "ink", c.value(v))
		}
	}
	g.height = bottom + fontSize + 5 + chartMargin
}

// below writes labels under the slots of a plot, in up to three lines each, and returns where they end.
func below(g *drawing, labels []Text, left, slot, y float64) float64 {
	const lines = 3
	deepest := 1
	for i, l := range labels {
		full := sayText(l)
		var parts [lines]words
		for v, s := range full {
			wrapped := wrapLines(s, max(2, int((slot-8)/(fontSize*0.58))), lines)
			for n, part := range wrapped {
				parts[n][v] = part
			}
			deepest = max(deepest, len(wrapped))
		}
		for n := range parts {
			if !parts[n].empty() {
				g.text(left+slot*(float64(i)+0.5), y+float64(n)*(fontSize+3)+fontSize+4, middle, "ink", parts[n])
			}
		}
	}
	return y + float64(deepest)*(fontSize+3) + 8
}

// drawGroups draws bars of each series side by side at each label.
func (c *Chart) drawGroups(g *drawing, top float64) {
	const tall = 260
	var lists [][]int64
	for _, s := range c.Series {
		lists = append(lists, s.Values)
	}
	lo, hi := span(lists...)
	bottom := top + tall
	s, left := c.valueAxis(g, min(lo, 0), max(hi, 0), top+8, bottom)
	slot := (chartWidth - chartMargin - left) / float64(len(c.Labels))
	bar := min(56, slot*0.8/float64(len(c.Series)))
	for i := range c.Labels {
		x := left + slot*(float64(i)+0.5) - bar*float64(len(c.Series))/2
		for j, series := range c.Series {
			g.rect(x+bar*float64(j)+1, s.at(0), x+bar*float64(j+1)-1, s.at(series.Values[i]), seriesPaint(j))
		}
	}
	g.height = below(g, c.Labels, left, slot, bottom) + chartMargin
}

// levels are where a waterfall stands after each of its values.
func (c *Chart) levels() []int64 {
	var list []int64
	var sum int64
	for _, v := range c.Series[0].Values {
		sum += v
		list = append(list, sum)
	}
	return list
}

// cutOff is where a waterfall's axis begins when its steps are small against its ends, and 0 when it begins at zero.
func (c *Chart) cutOff() int64 {
	lo, hi := span(c.levels())
	if lo > 0 && hi-lo < hi/2 {
		return max(lo-max((hi-lo)/3, 1), 0)
	}
	return 0
}

// drawWaterfall draws the first value, the steps from it, and the sum.
func (c *Chart) drawWaterfall(g *drawing, top float64) {
	const tall = 280
	base := c.cutOff()
	values, levels := c.Series[0].Values, c.levels()
	sum := levels[len(levels)-1]
	lo, hi := span(levels)
	if base == 0 {
		lo, hi = min(lo, 0), max(hi, 0)
	} else {
		lo = base
	}
	bottom := top + tall
	s, left := c.valueAxis(g, lo, hi, top+22, bottom)
	slot := (chartWidth - chartMargin - left) / float64(len(values)+1)
	bar := min(90, slot*0.66)
	zero := s.at(max(s.lo, 0))
	if s.hi < 0 {
		zero = s.at(s.hi)
	}
	for i := range len(values) + 1 {
		x := left + slot*(float64(i)+0.5)
		from, paint, shown := zero, "sum", sum
		level := sum
		if i < len(values) {
			level, shown = levels[i], values[i]
			if i > 0 {
				from, paint = s.at(levels[i-1]), c.paintOf(values[i])
			}
			g.line("axis", 1, point{x - bar/2, s.at(level)}, point{x + slot + bar/2, s.at(level)})
		}
		g.rect(x-bar/2, from, x+bar/2, s.at(level), paint)
		label := c.value(shown)
		if i > 0 && i < len(values) {
			label = say(func(o Options) string { return o.number(signed(c.Value), shown, 0, c.InYuan) })
		}
		g.text(x, min(from, s.at(level))-6, middle, "ink", label)
	}
	g.height = below(g, c.Labels, left, slot, bottom) + chartMargin
}

// signed is the kind of a change of values of a kind.
func signed(k Kind) Kind {
	switch k {
	case KindFen, KindRatio, KindCount, KindPoints, KindFactor:
		return k + 1
	}
	return k
}
