package mapping

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
)

// form is the shape of an expression.
type form uint8

const (
	fromColumn  form = iota // a source column's cell
	fromText                // a constant
	fromRow                 // the number of the row among all rows read
	fromConcat              // parts one behind the other
	fromSum                 // amounts added up
	fromProduct             // an amount times a whole number
	fromYear                // the last day of a year
)

// expr is one expression of a mapping. Modifiers act on its text in the order of the fields below.
type expr struct {
	line   int // in the mapping file
	form   form
	source int // index into Mapping.sources
	text   string
	parts  []*expr

	strip        []string
	stripEnd     []string
	from, length int // substring in characters, from 1; length 0: none is taken
	words        map[string]string
	fallback     string
	hasFallback  bool

	format dateFormat // of dates; nil: the mapping's
	minus  *expr      // days to subtract from a date
}

// record is a row with the mapping's source columns bound to their places.
type record struct {
	cells  [][]byte
	at     []int // place of each of Mapping.sources
	number int64 // among all rows read, from 1
}

// append adds the expression's text to dst.
func (e *expr) append(dst []byte, r *record) []byte {
	start := len(dst)
	switch e.form {
	case fromColumn:
		dst = append(dst, bytes.TrimSpace(r.cells[r.at[e.source]])...)
	case fromText:
		return append(dst, e.text...)
	case fromRow:
		return strconv.AppendInt(dst, r.number, 10)
	case fromConcat:
		for _, p := range e.parts {
			dst = p.append(dst, r)
		}
	case fromYear:
		dst = e.parts[0].append(dst, r)
	default:
		panic(fmt.Sprintf("BUG: an amount of line %d is read as text", e.line))
	}
	if e.strip != nil || e.stripEnd != nil || e.length > 0 || e.words != nil {
		dst = append(dst[:start], e.modify(string(dst[start:]))...)
	}
	if e.hasFallback && len(dst) == start {
		dst = append(dst, e.fallback...)
	}
	return dst
}

func (e *expr) modify(s string) string {
	for _, t := range e.strip {
		s = strings.ReplaceAll(s, t, "")
	}
	for _, t := range e.stripEnd {
		s = strings.TrimSuffix(s, t)
	}
	if e.length > 0 {
		s = substring(s, e.from, e.length)
	}
	if w, ok := e.words[s]; ok {
		s = w
	}
	return s
}

// substring takes length characters beginning with character from (1 is the first), or as many as there are.
func substring(s string, from, length int) string {
	for ; from > 1 && s != ""; from-- {
		_, n := utf8.DecodeRuneInString(s)
		s = s[n:]
	}
	end := 0
	for ; length > 0 && end < len(s); length-- {
		_, n := utf8.DecodeRuneInString(s[end:])
		end += n
	}
	return s[:end]
}

var errBlank = errors.New("the cell is blank")

// fen evaluates the expression as an amount. A blank gives errBlank: alone it is for the caller to judge, within a sum
// it stands as an error, because a missing term is not a zero unless the mapping says so.
func (e *expr) fen(r *record, m *moneyFormat, scratch []byte) (money.Fen, error) {
	switch e.form {
	case fromSum:
		var sum money.Fen
		for _, p := range e.parts {
			v, err := p.fen(r, m, scratch)
			if err != nil {
				return 0, p.inTerm(err)
			}
			if sum, err = money.Add(sum, v); err != nil {
				return 0, err
			}
		}
		return sum, nil
	case fromProduct:
		amount, err := e.parts[0].fen(r, m, scratch)
		if err != nil {
			return 0, e.parts[0].inTerm(err)
		}
		factor, err := e.parts[1].whole(r, scratch)
		if err != nil {
			return 0, e.parts[1].inTerm(err)
		}
		v, err := money.MulDiv(int64(amount), factor, 1, money.HalfUp)
		return money.Fen(v), err
	}
	text := e.append(scratch[:0], r)
	if len(text) == 0 {
		return 0, errBlank
	}
	return m.parse(text)
}

// whole evaluates the expression as a whole number.
func (e *expr) whole(r *record, scratch []byte) (int64, error) {
	text := e.append(scratch[:0], r)
	if len(text) == 0 {
		return 0, errBlank
	}
	v, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not a whole number", text)
	}
	return v, nil
}

// date evaluates the expression as a day.
func (e *expr) date(r *record, format dateFormat, scratch []byte) (claims.Date, error) {
	text := e.append(scratch[:0], r)
	if len(text) == 0 {
		return claims.NoDate, errBlank
	}
	var day claims.Date
	if e.form == fromYear {
		y, err := strconv.Atoi(string(text))
		if err != nil || y < 1900 || y > 9999 {
			return claims.NoDate, fmt.Errorf("%q is not a year", text)
		}
		day = claims.DateOf(y, 12, 31)
	} else {
		if e.format != nil {
			format = e.format
		}
		var err error
		if day, err = format.parse(text); err != nil {
			return claims.NoDate, err
		}
	}
	if e.minus != nil {
		n, err := e.minus.whole(r, scratch)
		if err != nil {
			return claims.NoDate, e.minus.inTerm(err)
		}
		if n < 0 || n > 36525 {
			return claims.NoDate, fmt.Errorf("a stay of %d days is not from 0 to 36525", n)
		}
		day -= claims.Date(n)
	}
	return day, nil
}

// termError tells in which part of an expression the trouble lies.
type termError struct {
	line int
	err  error
}

func (t *termError) Error() string {
	return fmt.Sprintf("term in line %d of the mapping: %v", t.line, t.err)
}
func (t *termError) Unwrap() error { return t.err }

func (e *expr) inTerm(err error) error {
	var t *termError
	if errors.As(err, &t) {
		return err
	}
	return &termError{e.line, err}
}

// raw adds the source's text of the expression for a reject: terms of sums as they came.
func (e *expr) raw(dst []byte, r *record) []byte {
	join := " + "
	switch e.form {
	case fromProduct:
		join = " x "
	case fromSum:
	default:
		return e.append(dst, r)
	}
	for i, p := range e.parts {
		if i > 0 {
			dst = append(dst, join...)
		}
		dst = p.raw(dst, r)
	}
	return dst
}
