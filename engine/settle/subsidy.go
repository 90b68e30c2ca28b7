package settle

import (
	"fmt"
	"slices"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
	"github.com/drgsim/drgsim/engine/policy"
)

// ledger is a list of fiscal subsidies, which are no insurance money and are booked apart.
type ledger struct {
	id, zh, en string
	signing    bool // per person signed with a family doctor (家庭医生签约费) instead of per workload equivalent (标化工作当量)
	price      money.Fen
	share      money.Ratio // of the price that this ledger bears
	rows       []subsidyRow
	sources    []policy.Source
}

type subsidyRow struct {
	hospital   int
	service    string
	quantity   money.Points // or persons
	equivalent money.Ratio
	quality    money.Ratio
}

func (c *compiler) decodeSubsidies(d *policy.Decoder) {
	d.Each("subsidies", func(_ int, it *policy.Decoder) {
		l := ledger{id: it.Text("id"), signing: it.Word("kind", []string{"workload", "signing"}) == 1, share: it.ShareOr("share", money.One)}
		l.zh, l.en = title(it, l.id)
		l.sources = c.law("settle.subsidies."+l.id, nil)
		if l.signing {
			l.price = it.Fen("amount")
		} else {
			l.price = it.Fen("unit_price")
		}
		it.Each("rows", func(_ int, r *policy.Decoder) {
			id := r.Text("hospital")
			h, ok := c.reg.Hospital(id)
			if !ok {
				r.Fail("hospital", "there is no hospital %q%s", id, nearest.Hint(id, c.hospitalIDs()))
			}
			row := subsidyRow{hospital: int(h), equivalent: money.One, quality: r.RatioOr("quality", money.One)}
			if l.signing {
				row.service, row.quantity = r.TextOr("service", "signing"), money.Points(r.Int("persons"))*money.Point
			} else {
				row.service, row.quantity, row.equivalent = r.Text("service"), r.Points("quantity"), r.Ratio("equivalent")
			}
			if slices.ContainsFunc(l.rows, func(o subsidyRow) bool { return o.hospital == row.hospital && o.service == row.service }) {
				r.Fail("service", "a second row for the same hospital and service")
			}
			l.rows = append(l.rows, row)
		})
		if slices.ContainsFunc(c.s.subsidies, func(o ledger) bool { return o.id == l.id }) {
			it.Fail("id", "%q stands there twice", l.id)
		}
		c.s.subsidies = append(c.s.subsidies, l)
	})
}

// paySubsidies fills the ledgers: quantity × equivalent × price × quality × share, the equivalents rounded half up to a
// millionth and the amount half up to a fen after each factor.
func (w *work) paySubsidies() error {
	for _, l := range w.s.subsidies {
		for _, r := range l.rows {
			hospital := w.s.reg.Hospitals[r.hospital].ID
			units, err := r.quantity.Times(r.equivalent, money.HalfUp)
			var amount int64
			if err == nil {
				amount, err = money.MulDiv(int64(units), int64(l.price), int64(money.Point), money.HalfUp)
			}
			f := money.Fen(amount)
			for _, factor := range []money.Ratio{r.quality, l.share} {
				if err == nil {
					f, err = f.Times(factor, money.HalfUp)
				}
			}
			if err != nil {
				return fmt.Errorf("subsidy %s: hospital %s: %w", l.id, hospital, err)
			}
			text := fmt.Sprintf("%s × %s × %s × %s × %s = %s", r.quantity, r.equivalent, l.price.Grouped(), r.quality, l.share, f.Grouped())
			w.out.Subsidies = append(w.out.Subsidies, Subsidy{ID: fundID(l.id, hospital, r.service), Ledger: l.id, TitleZh: l.zh, TitleEn: l.en,
				Hospital: hospital, Service: r.service, Amount: f,
				Zh: "数量 × 当量 × 单价 × 质量系数 × 承担比例: " + text, En: "quantity × equivalent × price × quality × share: " + text, Sources: l.sources})
		}
	}
	return nil
}
