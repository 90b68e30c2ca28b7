package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/drgsim/drgsim/engine/money"
)

// sample is a small study: headlines of mixed kinds, hospitals that open their groups, a sweep and charts of every form.
func sample(t testing.TB) *Document {
	headline := &Table{ID: "headline", Columns: []Column{
		{Key: "item", Title: Text{"指标", "Item"}},
		{Key: "baseline", Title: Text{"基线", "Baseline"}},
		{Key: "alternative", Title: Text{"同病同价 100 组", "100 same-price groups"}},
		{Key: "delta", Title: Text{"差额", "Change"}},
	}, Rows: [][]Cell{
		{Words("统筹基金支付", "Fund payment"), Int(1234567890123).As(KindFen), Int(1234560000000).As(KindFen), Int(-7890123).As(KindFenDelta)},
		{Words("点值", "Point value"), Int(98_765_432).As(KindFactor), Int(98_700_000).As(KindFactor), Int(-65_432).As(KindFactorDelta)},
		{Words("住院人次", "Stays"), Int(20145).As(KindCount), Int(20145).As(KindCount), Int(0).As(KindCountDelta)},
		{Words("实际报销比例", "Effective ratio"), Int(687_512).As(KindRatio), None(), Int(-4_999).As(KindRatioDelta)},
	}}
	hospitals := &Table{ID: "hospitals", Columns: []Column{
		{Key: "hospital", Title: Text{"机构编码", "Hospital"}, Kind: KindCode},
		{Key: "name", Title: Text{"机构名称", "Name"}},
		{Key: "tier", Title: Text{"等级", "Tier"}},
		{Key: "stays", Title: Text{"住院人次", "Stays"}, Kind: KindCount, Sum: true},
		{Key: "paid", Title: Text{"医保结算金额", "Paid"}, Kind: KindFen, Sum: true},
		{Key: "delta", Title: Text{"比基线增减", "Against the baseline"}, Kind: KindFenDelta, Sum: true},
		{Key: "percent", Title: Text{"增减幅度", "Percent"}, Kind: KindRatioDelta},
		{Key: "per_stay", Title: Text{"次均费用", "Cost per stay"}, Kind: KindFen, InYuan: true},
	}, Rows: [][]Cell{
		{Word("H001").To("H001"), Words("绍兴市第一人民医院（总院）", "Shaoxing First People's Hospital"), Words("三级甲等", "Tier 3A"), Int(8123), Int(456789012345), Int(-1234567), Int(-2703), Int(1234567)},
		{Word("H002").To("H002"), Words("越城区中医院", "Yuecheng TCM Hospital"), Words("二级", "Tier 2"), Int(3021), Int(98765432), Int(765432), Int(7811), Int(654321)},
		{Word("H003").To("H003"), Words("皋埠街道社区卫生服务中心", "Gaobu Community Health Centre"), Words("基层", "Primary"), Int(412), Int(5000000), Int(0), Int(0), Int(234500)},
		{Word("H004"), Word("Ⅱ·附属*_`<b>&医院"), Words("未定级", "Unrated"), Int(0), None(), None(), None(), None()},
	}}
	groups := &Table{ID: "hospital_groups", By: "hospital", Columns: []Column{
		{Key: "hospital", Title: Text{"机构编码", "Hospital"}, Kind: KindCode},
		{Key: "drg", Title: Text{"病组", "DRG"}, Kind: KindCode},
		{Key: "group", Title: Text{"病组名称", "Group"}},
		{Key: "points", Title: Text{"点数", "Points"}, Kind: KindPoints, Sum: true},
		{Key: "paid", Title: Text{"医保结算金额", "Paid"}, Kind: KindFen, Sum: true},
	}, Rows: [][]Cell{
		{Word("H001"), Word("GB1A"), Words("食管、胃、十二指肠大手术，伴严重并发症", "Major oesophageal procedures with MCC"), Int(142_500_000), Int(1000001)},
		{Word("H001"), Word("BR21"), Words("脑缺血性疾患", "Cerebral ischaemia"), Int(98_123_456), Int(900000)},
		{Word("H002"), Word("BR21"), Words("脑缺血性疾患", "Cerebral ischaemia"), Int(12_000_000), Int(100000)},
	}}
	for _, table := range []*Table{hospitals, groups} {
		if err := table.AddTotal(Text{"合计", "Total"}); err != nil {
			t.Fatal(err)
		}
	}
	names := []Text{{"第一人民医院", "First"}, {"中医院", "TCM"}, {"社区中心", "Community"}}
	d := &Document{
		ID:       "demo",
		Title:    Text{"示范统筹区：同病同价扩面模拟", "Demo region: more same-price groups"},
		Subtitle: Text{"基线与一个备选方案", "The baseline and one alternative"},
		Facts: []Fact{
			{Text{"方案", "Study"}, Same("demo.yaml")},
			{Text{"结算年度", "Year"}, Same("2026")},
		},
		Warnings: []Text{{"示范数据均为虚构。", "All data of the demo region is invented."}},
		Sections: []*Section{
			{ID: "headline", Title: Text{"总览", "Headlines"}, Table: headline,
				Chart: &Chart{ID: "waterfall", Kind: Waterfall, Title: Text{"基金支付如何变化", "How the fund's payment moves"}, Value: KindFen,
					Labels: []Text{{"基线", "Baseline"}, {"同病同价", "Same price"}, {"结余留用", "Retention"}, {"方案", "Alternative"}},
					Series: []Series{{Values: []int64{1234567890, -98765432, 34567890}}}}},
			{ID: "hospitals", Title: Text{"各医疗机构", "Hospitals"}, Note: Text{"按机构编码排列；点击一行可看病组。", "In the order of codes; open a row for its groups."},
				Notes: []Text{{"增减幅度以基线结算金额为分母。", "Percentages are of the baseline."}},
				Table: hospitals, Detail: &Section{ID: "groups", Title: Text{"病组明细", "Groups of hospitals"}, Table: groups},
				Chart: &Chart{ID: "winners", Kind: Bars, Title: Text{"增减排行", "Winners and losers"}, Value: KindFenDelta, Labels: names,
					Series: []Series{{Values: []int64{765432100, 0, -123456700}}}},
				Children: []*Section{{ID: "sweep", Title: Text{"参数扫描", "Sweep"}, Chart: &Chart{ID: "sweep", Kind: Lines,
					Title: Text{"留用比例与基金结余", "Retention and balance"}, XTitle: Text{"留用比例", "Retention"}, Value: KindFen, XKind: KindRatio,
					X: []int64{800_000, 850_000, 900_000, 1_000_000},
					Series: []Series{
						{Name: Text{"基金结余", "Balance"}, Values: []int64{500_000_00, 300_000_00, 100_000_00, -300_000_00},
							Low: []int64{400_000_00, 200_000_00, 0, -400_000_00}, High: []int64{600_000_00, 400_000_00, 200_000_00, -200_000_00}},
						{Name: Text{"医院结余", "Hospitals"}, Values: []int64{-100_000_00, 0, 150_000_00, 500_000_00}},
					}}}}},
			{ID: "more", Title: Text{"更多图", "More charts"}, Children: []*Section{
				{ID: "heat", Title: Text{"两参数扫描", "Two parameters"}, Chart: &Chart{ID: "heat", Kind: Heat, Title: Text{"结余热力图", "Balance by two parameters"},
					Value: KindFen, Labels: []Text{Same("5%"), Same("8%"), Same("10%")}, XTitle: Text{"增长率", "Growth"},
					Series: []Series{{Name: Same("85%"), Values: []int64{-30000000, 0, 50000000}}, {Name: Same("100%"), Values: []int64{-90000000, -1000000, 20000000}}}}},
				{ID: "intervals", Title: Text{"不确定性", "Uncertainty"}, Chart: &Chart{ID: "intervals", Kind: Intervals, Title: Text{"自助法 95% 区间", "Bootstrap 95% intervals"},
					Value: KindFenDelta, Labels: names, Series: []Series{{Values: []int64{5000000, -1000000, 0}, Low: []int64{1000000, -4000000, -500000}, High: []int64{9000000, 2000000, 500000}}}}},
				{ID: "lorenz", Title: Text{"负担分布", "Burden"}, Chart: &Chart{ID: "lorenz", Kind: Lorenz, Title: Text{"洛伦兹曲线", "Lorenz curve"}, Value: KindRatio, XKind: KindRatio,
					XTitle: Text{"人口累计占比", "Share of persons"}, X: []int64{0, 250000, 500000, 750000, 1000000},
					Series: []Series{{Name: Text{"基线", "Baseline"}, Values: []int64{0, 20000, 100000, 300000, 1000000}}, {Name: Text{"方案", "Alternative"}, Values: []int64{0, 40000, 150000, 380000, 1000000}}}}},
				{ID: "schemes", Title: Text{"险种", "Schemes"}, Chart: &Chart{ID: "schemes", Kind: Groups, Title: Text{"各险种结余", "Balance by scheme"}, Value: KindFen,
					Labels: []Text{{"职工医保", "Employees"}, {"居民医保", "Residents"}}, Series: []Series{
						{Name: Text{"基线", "Baseline"}, Values: []int64{320000000, -120000000}}, {Name: Text{"方案", "Alternative"}, Values: []int64{300000000, -50000000}}}}},
			}},
		},
	}
	if err := d.Validate(); err != nil {
		t.Fatal(err)
	}
	return d
}

// large is a study of so many hospitals with so many groups each.
func large(t testing.TB, hospitals, groups int) *Document {
	d := sample(t)
	h, g := d.Sections[1].Table, d.Sections[1].Detail.Table
	h.Rows, g.Rows = nil, nil
	for i := range hospitals {
		code := fmt.Sprintf("H%04d", i)
		paid := int64(i*7919%1000)*1_000_003 + 5
		h.Rows = append(h.Rows, []Cell{Word(code).To(code), Words("示范县第"+strings.Repeat("甲", i%5+1)+"人民医院"+code, "Demo Hospital "+code),
			Words("二级", "Tier 2"), Int(i * 13), Int(paid), Int(paid/50 - 9_000_000), Int(int64(i) - 100), Int(123456 + i)})
		for j := range groups {
			g.Rows = append(g.Rows, []Cell{Word(code), Word(fmt.Sprintf("GB%03d", j)), Words(fmt.Sprintf("病组名称第%d号，伴并发症", j), fmt.Sprintf("Group number %d with CC", j)),
				Int(int64(j) * 1_234_567), Int(money.Fen(i*j*101 + 7))})
		}
	}
	for _, table := range []*Table{h, g} {
		if err := table.AddTotal(Text{"合计", "Total"}); err != nil {
			t.Fatal(err)
		}
	}
	return d
}
