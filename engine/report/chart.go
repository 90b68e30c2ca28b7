package report

// ChartKind is the form of a chart.
type ChartKind uint8

// The forms. Labels, X and Series are used as each says.
const (
	// Bars are horizontal bars from a zero line, one for each label, in the order given: winners and losers. One series.
	Bars ChartKind = iota + 1
	// Groups are vertical bars side by side, one for each series at each label: a few measures under several scenarios.
	Groups
	// Waterfall starts at the first value, adds each following one, and ends at the sum: Labels has one entry more than the
	// one series has values, the last naming the sum.
	Waterfall
	// Lines join the values of each series over the numbers of X: sweeps.
	Lines
	// Heat colours a cell for each label (across) and series (down): sweeps of two parameters, hospital by group.
	Heat
	// Intervals draw a horizontal bar from Low to High with a mark at the value, for each label: bootstrap, tornado. One series.
	Intervals
	// Lorenz draws cumulated shares against cumulated shares of X, both in parts per million, with the line of equality.
	Lorenz
)

// Chart is a picture of numbers. Values are integers of the kind Value.
type Chart struct {
	ID     string // as Document.ID; unique in the document; names the .svg file
	Title  Text
	Kind   ChartKind
	Value  Kind
	Labels []Text
	X      []int64
	XKind  Kind
	XTitle Text
	YTitle Text // of Heat: what the series stand for
	Series []Series
	// InYuan and Adverse are as in Column.
	InYuan  bool
	Adverse bool
}

// Series is one line, one set of bars, or one row of a heat map.
type Series struct {
	Name   Text
	Values []int64
	// Low and High bound the values of Intervals, and of Lines that have a band; nil for none.
	Low, High []int64
}
