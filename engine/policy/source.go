package policy

import (
	"fmt"
	"slices"

	"github.com/drgsim/drgsim/engine/claims"
)

// Source is a document that values of a pack cite.
type Source struct {
	ID       string
	Document string // title, in the language of the document
	Number   string // document number (文号), "" when unknown
	Date     claims.Date
	Article  string // article, item or page
	Phrase   string // key phrase of the text, verbatim
	Tag      string // strength of the evidence: S, F, FR, FW, M, D
	Verified bool   // whether somebody has compared the value with the document itself
	Pos      Pos
}

// evidence are the tags of strength, from founding document to design advice.
var evidence = []string{"S", "F", "FR", "FW", "M", "D"}

// parseSources reads a sources.yaml: {sources: [{id, document, number, date, article, phrase, tag, verified}]}.
func parseSources(v *Value) (map[string]Source, error) {
	d := Decode(v, "sources")
	out := make(map[string]Source)
	d.Each("sources", func(_ int, it *Decoder) {
		s := Source{
			ID:       it.Text("id"),
			Document: it.Text("document"),
			Number:   it.TextOr("number", ""),
			Date:     it.DateOr("date", claims.NoDate),
			Article:  it.TextOr("article", ""),
			Phrase:   it.TextOr("phrase", ""),
			Tag:      evidence[it.Word("tag", evidence)],
			Verified: it.BoolOr("verified", false),
			Pos:      it.Pos(),
		}
		if prev, twice := out[s.ID]; twice {
			it.Fail("id", "%q stands already at %s", s.ID, prev.Pos)
		}
		if s.Verified && slices.Contains([]string{"M", "D", "FW"}, s.Tag) {
			it.Fail("verified", "a source of tag %s cannot be verified", s.Tag)
		}
		out[s.ID] = s
	})
	return out, d.Err()
}

// String prints the source as cited under an amount: document, number, article or key phrase.
func (s Source) String() string {
	t := s.Document
	if s.Number != "" {
		t += " " + s.Number
	}
	if s.Article != "" {
		t += " " + s.Article
	}
	if s.Phrase != "" {
		t += fmt.Sprintf(" “%s”", s.Phrase)
	}
	return t
}
