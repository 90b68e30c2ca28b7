package report

import (
	"bytes"
	"math"
	"testing"
)

// TestDepthOfHeat: values of one sign are told apart between the least and the greatest, others by how far they are from zero.
func TestDepthOfHeat(t *testing.T) {
	for _, x := range []struct {
		values []int64
		want   []float64
	}{
		{[]int64{4_458, 4_500, 4_873}, []float64{0.08, 0.08 + 0.62*42/415, 0.70}},
		{[]int64{-4_873, -4_458}, []float64{0.70, 0.08}},
		{[]int64{-50, 0, 100}, []float64{0.39, 0.08, 0.70}},
		{[]int64{7, 7}, []float64{0.08, 0.08}},
		{[]int64{0, 0}, []float64{0.08, 0.08}},
	} {
		h, _, _ := (&Chart{Series: []Series{{Values: x.values}}}).heatOf()
		for i, v := range x.values {
			if got := h.opacity(v); math.Abs(got-x.want[i]) > 1e-9 {
				t.Errorf("among %v %d is %.4f deep, want %.4f", x.values, v, got, x.want[i])
			}
		}
	}
}

// TestHeatNamesItsAxes and the ends of its colours.
func TestHeatNamesItsAxes(t *testing.T) {
	d := &Document{ID: "sweep", Title: Same("Sweep"), Sections: []*Section{{ID: "heat", Title: Same("Heat"), Chart: &Chart{ID: "heat", Kind: Heat, Title: Same("Heat"), Value: KindCount,
		XTitle: Text{"增长率", "growth"}, YTitle: Text{"留用比例", "kept share"}, Labels: []Text{Same("1%"), Same("2%")},
		Series: []Series{{Name: Same("50%"), Values: []int64{4_458, 4_500}}, {Name: Same("60%"), Values: []int64{4_600, 4_873}}}}}}}
	for _, x := range []struct {
		o     Options
		words []string
	}{
		{Options{Lang: Zh}, []string{"横轴：增长率", "纵轴：留用比例"}},
		{Options{Lang: En}, []string{"across: growth", "down: kept share"}},
	} {
		files, err := Render(d, FormatSVG, x.o)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range x.words {
			if !bytes.Contains(files[0].Data, []byte(w)) {
				t.Errorf("the chart does not say %q", w)
			}
		}
		for _, end := range []string{"4,458", "4,873"} { // in a cell and at an end of the legend
			if n := bytes.Count(files[0].Data, []byte(">"+end+"<")); n != 2 {
				t.Errorf("%s stands %d times in the chart, want twice", end, n)
			}
		}
	}
}
