package present

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/report"
	"github.com/drgsim/drgsim/engine/settle"
)

// The drill-down keeps a page of a large region small: the groups of a hospital that earn most points, the dearest claims of
// each, one of each where there are many groups.
const (
	drilledGroups = 20
	drilledClaims = 3
	manyGroups    = 2_500
	mostDrilled   = 500_000 // claims that are replayed to find the dearest
)

// keySeparator parts the words of the keys by which a row finds its detail.
const keySeparator = "/"

// ungrouped stands for stays without a group.
const ungrouped = "-"

// drill is one level of the drill-down in the making.
type drill struct {
	ses    *engine.Session
	r      *engine.Result
	groups map[string]bool // keys of the groups that are listed
	codes  []string        // by group number, the ungrouped last
}

// drillSection leads from each fund to its alliances, their hospitals, the hospitals' groups and the groups' dearest claims.
func drillSection(ses *engine.Session, r *engine.Result) (*report.Section, error) {
	d := &drill{ses: ses, r: r, groups: make(map[string]bool)}
	d.codes = make([]string, r.Partial.Tally.Dims.Groups+1)
	for code, n := range r.Plan.Scope.Groups {
		d.codes[n] = code
	}
	d.codes[len(d.codes)-1] = ungrouped
	hospitals := d.hospitals()
	groups := d.groupsOf()
	most := drilledClaims
	if len(d.groups) > manyGroups {
		most = 1
	}
	claims, err := d.claims(most)
	if err != nil {
		return nil, err
	}
	section := func(id, zh, en string, t *report.Table, detail *report.Section) *report.Section {
		if len(t.Rows) == 0 {
			return nil
		}
		return &report.Section{ID: id, Title: text(zh, en), Table: t, Detail: detail}
	}
	below := section("drill-claims", "费用最高的结算单", "Dearest claims", claims, nil)
	below = section("drill-groups", "病组", "Groups", groups, below)
	if below != nil {
		below.Note = text(fmt.Sprintf("每家机构、每个险种列点数最多的 %d 个病组，其余合为一行", drilledGroups),
			fmt.Sprintf("of each hospital and scheme the %d groups with most points, the others in one row", drilledGroups))
	}
	below = section("drill-hospitals", "医疗机构", "Hospitals", hospitals, below)
	below = section("drill-alliances", "医共体", "Alliances", d.sums("drill-alliances", hospitals, 1), below)
	top := section("drill", "从基金到结算单", "From fund to claim", d.sums("drill", hospitals, 0), below)
	if top != nil {
		top.Note = text(fmt.Sprintf("在网页、工作簿和数据格式中逐级展开：每家机构、每个险种列点数最多的 %d 个病组，其余合为一行；每组列费用最高的 %d 张结算单", drilledGroups, most),
			fmt.Sprintf("in the page, the workbook and the data formats it leads down to claims: of each hospital and scheme the %d groups with most points, the others in one row; of each group the dearest claims, at most %d", drilledGroups, most))
	}
	return top, nil
}

// amounts are the columns that every level but the claims has.
func amounts() []report.Column {
	return []report.Column{count("claims", "人次", "Claims"), fen("gross", "总费用", "Gross"), fen("booked", "列账基金", "Booked"), fen("paid", "实付", "Paid"),
		{Key: "balance", Title: text("盈亏", "Balance"), Kind: report.KindFenDelta}}
}

// key is the hidden column by which a detail finds its rows.
func key() report.Column {
	return report.Column{Key: "key", Title: text("所属", "Belongs to"), Kind: report.KindCode, Hidden: true}
}

// hospitals lists the hospitals of each scheme; the key of a row is its scheme and alliance.
func (d *drill) hospitals() *report.Table {
	t := &report.Table{ID: "drill-hospitals", By: "key", Columns: columns(key(), report.Column{Key: "hospital", Title: text("编号", "Hospital"), Kind: report.KindCode}, name("name", "名称", "Name"), amounts())}
	list := slices.Clone(d.r.Outcome.Hospitals)
	slices.SortStableFunc(list, func(a, b settle.HospitalResult) int { return cmp.Compare(b.Paid, a.Paid) })
	for i := range list {
		h := &list[i]
		if h.Claims == 0 && h.Paid == 0 {
			continue
		}
		at := &d.r.Plan.Region.Hospitals[h.At]
		t.Rows = append(t.Rows, []report.Cell{report.Word(h.Scheme + keySeparator + at.Alliance), report.Word(h.Hospital).To(h.Scheme + keySeparator + h.Hospital), report.Word(at.Name),
			report.Int(h.Claims), report.Int(h.Gross), report.Int(h.Booked), report.Int(h.Paid), report.Int(h.Paid - h.Booked)})
	}
	return t
}

// sums adds hospitals up by alliance (level 1) or by scheme (level 0).
func (d *drill) sums(id string, hospitals *report.Table, level int) *report.Table {
	t := &report.Table{ID: id}
	if level == 0 {
		t.Columns = columns(name("fund", "基金", "Fund"), amounts())
	} else {
		t.By, t.Columns = "key", columns(key(), name("alliance", "医共体", "Alliance"), amounts())
	}
	at := make(map[string]int)
	for _, row := range hospitals.Rows {
		whole := row[0].Text.Zh
		scheme, alliance := cutKey(whole)
		k := whole
		if level == 0 {
			k = scheme
		}
		n, ok := at[k]
		if !ok {
			n = len(t.Rows)
			at[k] = n
			zh, en := compare.SchemeTitle(scheme)
			head := []report.Cell{report.Words(zh, en).To(k)}
			if level == 1 {
				label := report.Word(alliance)
				if alliance == "" {
					label = report.Words("未入医共体", "in no alliance")
				}
				head = []report.Cell{report.Word(scheme), label.To(k)}
			}
			t.Rows = append(t.Rows, append(head, report.Int(0), report.Int(0), report.Int(0), report.Int(0), report.Int(0)))
		}
		for c := range 5 {
			t.Rows[n][len(t.Rows[n])-5+c].Int += row[3+c].Int
		}
	}
	return t
}

// cutKey parts a key at its first separator.
func cutKey(k string) (first, rest string) {
	for i := range len(k) {
		if k[i:i+1] == keySeparator {
			return k[:i], k[i+1:]
		}
	}
	return k, ""
}

// groupsOf lists the groups of each hospital and scheme that earn most points, and the sums of the others.
func (d *drill) groupsOf() *report.Table {
	t := &report.Table{ID: "drill-groups", By: "key", Columns: columns(key(), report.Column{Key: "group", Title: text("病组", "Group"), Kind: report.KindCode},
		count("claims", "例数", "Stays"), fen("gross", "总费用", "Gross"))}
	tally := d.r.Partial.Tally
	funds := tally.Groups.Fund != nil
	if funds {
		t.Columns = append(t.Columns, fen("fund", "统筹基金", "Fund"))
	}
	t.Columns = append(t.Columns, report.Column{Key: "points", Title: text("点数", "Points"), Kind: report.KindPoints})
	for s, scheme := range d.r.Plan.Region.Schemes {
		for h := range d.r.Plan.Region.Hospitals {
			var list []int
			for g := range d.codes {
				if tally.Group(s, h, g).Claims > 0 {
					list = append(list, g)
				}
			}
			slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(tally.Group(s, h, b).Points, tally.Group(s, h, a).Points) })
			hospital := scheme + keySeparator + d.r.Plan.Region.Hospitals[h].ID
			add := func(label report.Cell, cell settle.GroupCell) {
				row := []report.Cell{report.Word(hospital), label, report.Int(cell.Claims), report.Int(cell.Gross)}
				if funds {
					row = append(row, report.Int(cell.Fund))
				}
				t.Rows = append(t.Rows, append(row, report.Int(cell.Points)))
			}
			listed := list[:min(len(list), drilledGroups)]
			for _, g := range listed {
				k := hospital + keySeparator + d.codes[g]
				d.groups[k] = true
				add(report.Word(d.codes[g]).To(k), tally.Group(s, h, g))
			}
			if others := list[len(listed):]; len(others) > 0 {
				var sum settle.GroupCell
				for _, g := range others {
					cell := tally.Group(s, h, g)
					sum.Claims += cell.Claims
					sum.Gross += cell.Gross
					sum.Fund += cell.Fund
					sum.Points += cell.Points
				}
				add(report.Words(fmt.Sprintf("其余 %d 组", len(others)), fmt.Sprintf("others (%d)", len(others))), sum)
			}
		}
	}
	return t
}

// dear is a claim of a listed group.
type dear struct {
	id                  string
	gross, fund, person money.Fen
	points              money.Points
	days                int32
	class               report.Text
	discharge           int64
}

// claims replays the year and keeps the dearest claims of each listed group, at most so many.
func (d *drill) claims(most int) (*report.Table, error) {
	t := &report.Table{ID: "drill-claims", By: "key", Columns: columns(key(), report.Column{Key: "claim", Title: text("结算单", "Claim"), Kind: report.KindCode},
		report.Column{Key: "discharge", Title: text("出院", "Discharge"), Kind: report.KindDate}, count("days", "天数", "Days"), name("class", "类别", "Class"),
		fen("gross", "总费用", "Gross"), fen("fund", "统筹基金", "Fund"), fen("person", "个人负担", "Person pays"), report.Column{Key: "points", Title: text("点数", "Points"), Kind: report.KindPoints})}
	if in := d.ses.Input; in == nil || in.Table.Rows > mostDrilled {
		return t, nil
	}
	kept := make(map[string][]dear)
	for person := range d.ses.Input.Persons() {
		year, err := d.r.Plan.Replay(d.ses.Input, person)
		if err != nil {
			return nil, err
		}
		for i := range year {
			x := &year[i]
			if x.Factors == nil {
				continue
			}
			g := int(x.Claim.Group)
			if g < 0 {
				g = len(d.codes) - 1
			}
			k := d.r.Plan.Region.Schemes[x.Claim.Scheme()] + keySeparator + d.r.Plan.Region.Hospitals[x.Claim.Hospital].ID + keySeparator + d.codes[g]
			if d.groups[k] {
				kept[k] = keep(kept[k], most, dear{id: x.ClaimID, gross: x.Claim.Gross, fund: x.Pockets[benefit.Fund], person: x.Pockets.Person(), points: x.Priced.Points,
					days: x.Claim.Days(), class: text(x.Class.TitleZh, x.Class.TitleEn), discharge: int64(x.Claim.Discharge)})
			}
		}
	}
	keys := make([]string, 0, len(kept))
	for k := range kept {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		for _, c := range kept[k] {
			t.Rows = append(t.Rows, []report.Cell{report.Word(k), report.Word(c.id), report.Int(c.discharge), report.Int(c.days), {Text: c.class},
				report.Int(c.gross), report.Int(c.fund), report.Int(c.person), report.Int(c.points)})
		}
	}
	return t, nil
}

// keep adds a claim to a short list of the dearest, ties by id.
func keep(list []dear, most int, c dear) []dear {
	at, _ := slices.BinarySearchFunc(list, c, func(a, b dear) int { return cmp.Or(cmp.Compare(b.gross, a.gross), cmp.Compare(a.id, b.id)) })
	if at >= most {
		return list
	}
	list = slices.Insert(list, at, c)
	return list[:min(len(list), most)]
}
