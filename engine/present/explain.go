package present

import (
	"fmt"
	"strings"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/benefit"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/policy"
	"github.com/drgsim/drgsim/engine/report"
	"github.com/drgsim/drgsim/engine/settle"
)

// ExplainClaim is the report of one claim of a replayed year: its moves between pockets, its points, and, where r is the
// plan's result over all claims, how its hospital is paid; r may be nil.
func ExplainClaim(ses *engine.Session, p *engine.Plan, r *engine.Result, year []engine.Replayed, at int) (*report.Document, error) {
	x := &year[at]
	h := &ses.Region.Hospitals[x.Claim.Hospital]
	d := &report.Document{
		ID:       "explain",
		Title:    text("结算单 "+x.ClaimID, "Claim "+x.ClaimID),
		Subtitle: planTitle(p),
		Currency: currency(ses),
		Facts: append(facts(ses),
			report.Fact{Name: text("医疗机构", "Hospital"), Value: joined(report.Same(h.ID+" "+h.Name+" ("), word(h.Tier.String()), report.Same(")"))},
			report.Fact{Name: text("就医", "Visit"), Value: joined(word(x.Claim.Setting().String()),
				report.Same(fmt.Sprintf(", %s – %s, ", x.Claim.Admission, x.Claim.Discharge)), text("结算 ", "settled "), report.Same(x.Claim.Settlement.String()))},
			report.Fact{Name: text("适用规则", "Rules in force"), Value: report.Same(fmt.Sprintf("%s, %s", x.Version.Rules.Pack.Name, x.Version.From))},
			report.Fact{Name: text("当年第几次", "Visit of the year"), Value: report.Same(fmt.Sprintf("%d / %d", at+1, len(year)))},
		),
	}
	var book lawBook
	d.Sections = append(d.Sections, book.movesOf(x, ""), pocketsOf([]engine.Replayed{*x}))
	if x.Factors != nil {
		d.Sections = append(d.Sections, book.factorsOf(x))
	}
	settlement := &report.Section{ID: "settlement", Title: text("医疗机构结算："+h.Name, "Settlement of the hospital: "+h.Name),
		Note: text("需对全部结算单运行一次；加 --settlement 显示", "It needs a run over all claims; --settlement shows it.")}
	if r != nil {
		var err error
		if settlement, err = book.hospitalSteps(r, x.Claim.Hospital); err != nil {
			return nil, err
		}
	}
	d.Sections = append(d.Sections, settlement, book.section())
	return d, nil
}

// ExplainYear is the report of a person's year: each visit's moves, in order.
func ExplainYear(ses *engine.Session, p *engine.Plan, person string, year []engine.Replayed) *report.Document {
	d := &report.Document{
		ID:       "explain",
		Title:    text("参保人 "+person, "Person "+person),
		Subtitle: planTitle(p),
		Currency: currency(ses),
		Facts:    facts(ses),
	}
	var book lawBook
	d.Sections = append(d.Sections, pocketsOf(year))
	for i := range year {
		s := book.movesOf(&year[i], fmt.Sprintf("-%d", i+1))
		s.Title = text("结算单 "+year[i].ClaimID, "Claim "+year[i].ClaimID)
		d.Sections = append(d.Sections, s)
	}
	d.Sections = append(d.Sections, book.section())
	return d
}

// ExplainHospital is the report of how a hospital's payment comes about.
func ExplainHospital(ses *engine.Session, r *engine.Result, id string) (*report.Document, error) {
	at, ok := ses.Region.Hospital(id)
	if !ok {
		return nil, fmt.Errorf("hospital %q is not in hospitals.csv%s", id, hospitalHint(ses, id))
	}
	d := &report.Document{
		ID:       "explain",
		Title:    text("医疗机构 "+ses.Region.Hospitals[at].Name, "Hospital "+ses.Region.Hospitals[at].Name),
		Subtitle: scenarioTitle(r),
		Currency: currency(ses),
		Facts:    facts(ses),
	}
	var book lawBook
	s, err := book.hospitalSteps(r, at)
	if err != nil {
		return nil, err
	}
	d.Sections = append(d.Sections, s, book.section())
	return d, nil
}

// movesOf lists what each step said and moved.
func (b *lawBook) movesOf(x *engine.Replayed, suffix string) *report.Section {
	t := &report.Table{ID: "moves" + suffix, List: true, Columns: []report.Column{
		name("step", "规则", "Rule"), name("arithmetic", "计算", "Arithmetic"), hidden(name("from", "从", "From")), hidden(name("to", "到", "To")),
		name("move", "去向", "Move"), fen("amount", "金额", "Amount"), law(),
	}}
	for _, e := range x.Entries {
		step := x.Version.Program.Steps[e.Step]
		said := text(strings.Join(e.Zh, "；"), strings.Join(e.En, "; "))
		cites := b.refer(step.Sources, step.Verified)
		if len(e.Moves) == 0 {
			t.Rows = append(t.Rows, []report.Cell{{Text: text(step.TitleZh, step.TitleEn)}, {Text: said}, report.None(), report.None(), report.None(), report.None(), {Text: cites}})
		}
		for i, m := range e.Moves {
			from, to := pocket(m.From), pocket(m.To)
			row := []report.Cell{report.None(), report.None(), from, to,
				report.Words(from.Text.Zh+" → "+to.Text.Zh, from.Text.En+" → "+to.Text.En), report.Int(m.Amount), report.None()}
			if i == 0 {
				row[0], row[1], row[6] = report.Cell{Text: text(step.TitleZh, step.TitleEn)}, report.Cell{Text: said}, report.Cell{Text: cites}
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return &report.Section{ID: "moves" + suffix, Title: text("待遇结算：每一步的金额去向", "What the person pays: every move between pockets"), Table: t,
		Note: text("医疗总费用 "+x.Claim.Gross.Grouped(), "gross cost "+x.Claim.Gross.Grouped())}
}

// word gives a coded word in both languages.
func word(key string) report.Text { return text(policy.Word(key)) }

// joined puts texts behind one another.
func joined(parts ...report.Text) report.Text {
	var out report.Text
	for _, p := range parts {
		out.Zh += p.In(report.Zh)
		out.En += p.In(report.En)
	}
	return out
}

func hidden(c report.Column) report.Column {
	c.Hidden = true
	return c
}

// law is the column of the numbers of sources.
func law() report.Column {
	return report.Column{Key: "law", Title: text("依据", "Law"), Kind: report.KindCode}
}

func pocket(p benefit.Pocket) report.Cell {
	return report.Words(benefit.PocketLabels[p], strings.ReplaceAll(p.String(), "_", " "))
}

// pocketsOf shows where the money of visits ended up.
func pocketsOf(year []engine.Replayed) *report.Section {
	t := &report.Table{ID: "pockets", Columns: columns(report.Column{Key: "claim", Title: text("结算单", "Claim"), Kind: report.KindCode}, name("setting", "方式", "Setting"),
		report.Column{Key: "settled", Title: text("结算日期", "Settled"), Kind: report.KindDate}, fen("gross", "总费用", "Gross"))}
	t.Columns[3].Sum = true
	for p := benefit.NonCovered; p < benefit.NumPockets; p++ {
		used := false
		for i := range year {
			used = used || year[i].Pockets[p] != 0
		}
		if used {
			t.Columns = append(t.Columns, report.Column{Key: p.String(), Title: text(benefit.PocketLabels[p], strings.ReplaceAll(p.String(), "_", " ")), Kind: report.KindFen, Sum: true})
		}
	}
	for i := range year {
		x := &year[i]
		row := []report.Cell{report.Word(x.ClaimID), {Text: word(x.Claim.Setting().String())}, report.Int(int64(x.Claim.Settlement)), report.Int(x.Claim.Gross)}
		for _, col := range t.Columns[4:] {
			row = append(row, report.Int(x.Pockets[pocketOf(col.Key)]))
		}
		t.Rows = append(t.Rows, row)
	}
	s := &report.Section{ID: "pockets", Title: text("费用构成", "Where the cost ended up"), Table: t}
	if len(year) > 1 {
		if err := t.AddTotal(total); err != nil {
			s.Notes = append(s.Notes, report.Same(err.Error()))
		}
	}
	return s
}

func pocketOf(word string) benefit.Pocket {
	for p := range benefit.NumPockets {
		if p.String() == word {
			return p
		}
	}
	panic("BUG: no pocket " + word)
}

// factorsOf is the chain of factors of a stay's points.
func (b *lawBook) factorsOf(x *engine.Replayed) *report.Section {
	t := &report.Table{ID: "points", List: true, Columns: columns(name("factor", "因素", "Factor"), name("arithmetic", "计算", "Arithmetic"), law())}
	for _, f := range x.Factors {
		t.Rows = append(t.Rows, []report.Cell{{Text: text(f.TitleZh, f.TitleEn)}, {Text: text(f.Zh, f.En)}, {Text: b.refer(f.Sources, true)}})
	}
	note := text(fmt.Sprintf("支付方式：%s；病例类别：%s；点数 %s", x.Stream.TitleZh, x.Class.TitleZh, x.Priced.Points),
		fmt.Sprintf("paid as: %s; class: %s; points %s", x.Stream.TitleEn, x.Class.TitleEn, x.Priced.Points))
	return &report.Section{ID: "points", Title: text("病例点数", "What the stay is worth"), Table: t, Note: note}
}

// hospitalSteps is how a hospital's payment comes about, from the budget to the fen.
func (b *lawBook) hospitalSteps(r *engine.Result, hospital int32) (*report.Section, error) {
	h := &r.Plan.Region.Hospitals[hospital]
	steps, err := r.Plan.Settlement.Explain(r.Outcome, h.ID)
	if err != nil {
		return nil, err
	}
	t := &report.Table{ID: "settlement", List: true,
		Columns: columns(name("what", "项目", "What"), name("arithmetic", "计算", "Arithmetic"), fen("amount", "金额", "Amount"), law())}
	for _, s := range steps {
		t.Rows = append(t.Rows, b.stepRow(s))
	}
	return &report.Section{ID: "settlement", Title: text("医疗机构结算："+h.Name, "Settlement of the hospital: "+h.Name), Table: t}, nil
}

func (b *lawBook) stepRow(s settle.Step) []report.Cell {
	return []report.Cell{{Text: text(s.TitleZh, s.TitleEn)}, {Text: text(s.Zh, s.En)}, report.Int(s.Amount), {Text: b.refer(s.Sources, true)}}
}

func hospitalHint(ses *engine.Session, id string) string {
	ids := make([]string, len(ses.Region.Hospitals))
	for i := range ids {
		ids[i] = ses.Region.Hospitals[i].ID
	}
	return nearest.Hint(id, ids)
}
