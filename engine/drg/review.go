package drg

import (
	"slices"

	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/policy"
)

// Review is what people decided about one claim, and rules alone cannot: a special case (特例单议), a penalty, an innovation
// or a negotiated drug. Claim.Mark points to it.
type Review struct {
	Kind         string    // one of the kinds of drg.reviews in the pack
	Unreasonable money.Fen // cost that does not count (不合理费用); 0 or more
	Amount       money.Fen // the amount that the review is about, such as the cost of a new technology; 0 or more
}

// reviewRule is what a pack says of one kind of review.
type reviewRule struct {
	kind, titleZh, titleEn string
	// share is the share of Amount that is added to the stay's value, turned into points: the top-up of an innovation, or the
	// points for a negotiated drug.
	share money.Ratio
	// apart takes Amount out of the cost before the stay is classified.
	apart bool
	// Limits of the share of stays that may be of this kind, first match by tier; nil: no limit.
	limit      *siteTable
	limitRound money.Rounding
}

func (b *builder) readReviews(d *policy.Decoder) {
	d.Each("reviews", func(_ int, it *policy.Decoder) {
		r := reviewRule{kind: it.Text("kind")}
		r.titleZh, r.titleEn = r.kind, r.kind
		if t := it.Sub("title"); t != nil {
			r.titleZh, r.titleEn = t.Text("zh"), t.Text("en")
			t.Close()
		}
		if b.reviewKind(r.kind) >= 0 {
			it.Fail("kind", "%q stands there twice", r.kind)
		}
		r.share, r.apart = it.ShareOr("top_up", 0), it.BoolOr("apart", false)
		r.limit = b.readSiteTable(it, "limit", "share", func(row *policy.Decoder, key string) int64 { return int64(row.Share(key)) })
		r.limitRound = it.RoundingOr("limit_round", money.Floor)
		b.reviews = append(b.reviews, r)
	})
}

func (b *builder) reviewKind(word string) int {
	return slices.IndexFunc(b.reviews, func(r reviewRule) bool { return r.kind == word })
}

func (b *builder) reviewWords() []string {
	words := make([]string, len(b.reviews))
	for i, r := range b.reviews {
		words[i] = r.kind
	}
	return words
}

// mark is a review bound to the pack's kinds; kind 0 is no review.
type mark struct {
	kind                 uint8
	unreasonable, amount money.Fen
}

// AllowedReviews returns how many of a hospital's stays may be of a kind of review, and whether the pack limits them.
// Worked: 5‰ of 1,234 stays, rounded down, are 6.
func (p *Pricer) AllowedReviews(kind string, hospital int32, stays int64) (allowed int64, limited bool) {
	b := p.source
	i := b.reviewKind(kind)
	if i < 0 || b.reviews[i].limit == nil {
		return stays, false
	}
	r := &b.reviews[i]
	row := r.limit.find(b, site{hospital: int(hospital)}, -1, &group{})
	if row == nil {
		return stays, false
	}
	allowed, err := money.MulDiv(stays, row.value, ppm, r.limitRound)
	if err != nil {
		return stays, false
	}
	return allowed, true
}
