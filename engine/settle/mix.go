package settle

// mix sums stays by group, all schemes together; the last group is "ungrouped".
type mix struct{ claims, days, excluded, gross, points []int64 }

func newMix(groups int) mix {
	column := func() []int64 { return make([]int64, groups) }
	return mix{column(), column(), column(), column(), column()}
}

func (x *mix) clear() {
	for _, column := range [][]int64{x.claims, x.days, x.excluded, x.gross, x.points} {
		clear(column)
	}
}

// add adds the stays of a hospital.
func (x *mix) add(t *Tally, hospital int) {
	for scheme := range t.Dims.Schemes {
		row := t.groupRow(scheme, hospital, 0)
		addColumn(x.claims, t.Groups.Claims[row:])
		addColumn(x.days, t.Groups.Days[row:])
		addColumn(x.excluded, t.Groups.Excluded[row:])
		addColumn(x.gross, t.Groups.Gross[row:])
		addColumn(x.points, t.Groups.Points[row:])
	}
}

func addColumn[T ~int64](to []int64, from []T) {
	from = from[:len(to)]
	for g := range to {
		to[g] += int64(from[g])
	}
}
