package mapping

import (
	"fmt"
	"maps"
	"slices"

	"github.com/drgsim/drgsim/engine/claims"
)

// checkConstants reads what a mapping itself writes into a column (a constant, a default, the new words of a replacement) as
// it will be read for every row, so that a misspelt word is a fault of the mapping and not of all its rows.
func (m *Mapping) checkConstants(c claims.Column, x *expr) error {
	f := &claims.Schema[c]
	texts := slices.Sorted(maps.Values(x.words))
	if x.hasFallback {
		texts = append(texts, x.fallback)
	}
	if x.form == fromText {
		texts = append(texts, x.text)
	}
	for _, text := range texts {
		if text == "" {
			continue
		}
		lone := &expr{line: x.line, form: fromText, text: text, format: x.format}
		if x.form == fromYear {
			lone = &expr{line: x.line, form: fromYear, parts: []*expr{lone}}
		}
		var w row
		var err error
		switch f.Kind {
		case claims.KindFen:
			_, err = lone.fen(nil, &m.money, nil)
		case claims.KindDate:
			_, err = lone.date(nil, m.dates, nil)
		default:
			w.text[c] = []byte(text)
			_, err = w.word(c, f)
		}
		if err != nil {
			return fmt.Errorf("column %q: %w", f.Name, err)
		}
	}
	return nil
}
