package grouptable

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/region"
)

// Role is what a column of a published table means.
type Role uint8

// The roles of columns.
const (
	Ignored     Role = iota
	Code             // 病组编码
	Name             // 病组名称
	Weight           // 权重
	Score            // 标准分值: points or scores instead of weights
	Rate             // 费率, for a tier and scheme
	Coefficient      // 系数, for a tier and scheme
	Standard         // 支付标准, for a tier and scheme
	MeanCost         // 例均费用
	LowLimit         // 低倍临界值
	HighLimit        // 高倍临界值
	Kind             // words for the kind of group
	Flag             // a mark for the kind that the column's header names
	Stable           // 是 or 否
	CaseCap          // 总控人次
	Note             // 备注
)

// RoleNames are the words of the roles in a mapping, in the order of the constants.
var RoleNames = []string{"ignored", "code", "name", "weight", "score", "rate", "coefficient", "standard", "mean_cost", "low_limit",
	"high_limit", "kind", "flag", "stable", "case_cap", "note"}

// String gives the word used in mappings.
func (r Role) String() string { return RoleNames[r] }

// Column is one column of a published table.
type Column struct {
	Header string
	Role   Role
	Tier   string // region's word; "" for every tier
	Scheme string // region's word; "" for every scheme
	Kind   string // of a Flag: the kind that a mark gives
}

// headerWords tell a column's role by words in its header; the first that occurs decides.
var headerWords = []struct {
	word string
	role Role
	kind string
}{
	{"名称", Name, ""},
	{"组名", Name, ""},
	{"编码", Code, ""},
	{"代码", Code, ""},
	{"编号", Code, ""},
	{"低倍", LowLimit, ""},
	{"高倍", HighLimit, ""},
	{"支付标准", Standard, ""},
	{"例均费用", MeanCost, ""},
	{"次均费用", MeanCost, ""},
	{"均次费用", MeanCost, ""},
	{"平均费用", MeanCost, ""},
	{"总控人次", CaseCap, ""},
	{"同等费率病组", Flag, "same_price"},
	{"总量控制病组", Flag, "capped"},
	{"基础病组", Flag, "base"},
	{"单议病组", Flag, "case_by_case"},
	{"中医优势病组", Flag, "tcm"},
	{"不稳定病组", Flag, "non_stable"},
	{"病组类型", Kind, ""},
	{"病组标识", Kind, ""},
	{"不稳定", Flag, "non_stable"},
	{"稳定", Stable, ""},
	{"费率", Rate, ""},
	{"系数", Coefficient, ""},
	{"分值", Score, ""},
	{"点数", Score, ""},
	{"权重", Weight, ""},
	{"RW", Weight, ""},
	{"rw", Weight, ""},
	{"备注", Note, ""},
}

// tierWords tell the tier of a column by words in its header; the longer stand before the shorter.
var tierWords = []struct {
	word string
	tier region.Tier
}{
	{"省三甲", region.Provincial}, {"省级", region.Provincial}, {"三甲", region.TertiaryA}, {"三级甲", region.TertiaryA},
	{"三乙", region.Tertiary}, {"三级", region.Tertiary}, {"二甲", region.Secondary}, {"二乙", region.Secondary},
	{"二级", region.Secondary}, {"一级", region.Primary}, {"基层", region.Community}, {"社区", region.Community}, {"乡镇", region.Community},
}

// Detect tells the columns of a header by the words that such tables use.
func Detect(header []string) []Column {
	columns := make([]Column, len(header))
	for i, h := range header {
		c := Column{Header: h}
		for _, w := range headerWords {
			if strings.Contains(h, w.word) {
				c.Role, c.Kind = w.role, w.kind
				break
			}
		}
		if c.Role == Ignored && slices.Contains([]string{"DRG", "DRGs", "DRG组", "病组"}, h) {
			c.Role = Code
		}
		switch c.Role {
		case Rate, Coefficient, Standard, LowLimit, HighLimit:
			for _, w := range tierWords {
				if strings.Contains(h, w.word) {
					c.Tier = w.tier.String()
					break
				}
			}
			switch {
			case strings.Contains(h, "职工"):
				c.Scheme = "employee"
			case strings.Contains(h, "居民"):
				c.Scheme = "resident"
			}
		}
		columns[i] = c
	}
	return columns
}

// ReadMapping reads a mapping file that tells columns which Detect does not know: a list `columns` of {header, role, tier,
// scheme, kind}. Columns that it does not name keep what Detect found.
func ReadMapping(file string, text []byte) ([]Column, error) {
	v, err := policy.ParseYAML(file, text)
	if err != nil {
		return nil, err
	}
	d := policy.Decode(v, "mapping")
	var out []Column
	d.Each("columns", func(_ int, row *policy.Decoder) {
		c := Column{Header: row.Text("header"), Role: Role(row.Word("role", RoleNames)), Scheme: row.TextOr("scheme", ""), Kind: row.TextOr("kind", "")}
		if row.Has("tier") {
			t, err := region.ParseTier(row.TextOr("tier", ""))
			if err != nil {
				row.Fail("tier", "%v", err)
			}
			c.Tier = t.String()
		}
		if (c.Role == Flag) != (c.Kind != "") {
			row.Fail("kind", "stands exactly with role flag")
		}
		out = append(out, c)
	})
	return out, d.Err()
}

// apply lays a mapping over detected columns.
func apply(columns []Column, mapping []Column) error {
	headers := make([]string, len(columns))
	for i, c := range columns {
		headers[i] = c.Header
	}
mapped:
	for _, m := range mapping {
		for i := range columns {
			if columns[i].Header == m.Header {
				columns[i] = m
				continue mapped
			}
		}
		return fmt.Errorf("the mapping names column %q, which the table lacks%s", m.Header, nearest.Hint(m.Header, headers))
	}
	return nil
}

// complete fails unless there is one code column and something to price by.
func complete(columns []Column) error {
	var counts [Note + 1]int
	for _, c := range columns {
		counts[c.Role]++
	}
	switch {
	case counts[Code] != 1:
		return fmt.Errorf("%d columns are the group code, one is needed; name it in a mapping", counts[Code])
	case counts[Weight]+counts[Score] > 1:
		return fmt.Errorf("%d columns are weights or scores, at most one may be", counts[Weight]+counts[Score])
	case counts[Weight]+counts[Score]+counts[Standard]+counts[MeanCost] == 0:
		return fmt.Errorf("no column is a weight, score, payment standard or mean cost; name one in a mapping")
	}
	return nil
}
