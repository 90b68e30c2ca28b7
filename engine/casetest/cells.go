package casetest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/drgsim/drgsim/engine/claims"
	"github.com/drgsim/drgsim/engine/money"
	"github.com/drgsim/drgsim/engine/nearest"
)

// cells reads the cells of one row by column and keeps the first fault.
type cells struct {
	t    *Table
	row  Row
	cell func(Row, string) string // nil: Table.Cell
	err  error
}

func (c *cells) text(column string) string {
	if c.cell != nil {
		return c.cell(c.row, column)
	}
	return c.t.Cell(c.row, column)
}

func (c *cells) textOr(column, fallback string) string {
	if s := c.text(column); s != "" {
		return s
	}
	return fallback
}

func (c *cells) fail(column string, err error) {
	if c.err == nil {
		c.err = fmt.Errorf("%s: %s: %s: %w", c.row.Pos, c.t.Name, column, err)
	}
}

func cellOf[T any](c *cells, column string, fallback T, parse func(string) (T, error)) T {
	s := c.text(column)
	if s == "" {
		return fallback
	}
	v, err := parse(s)
	if err != nil {
		c.fail(column, err)
		return fallback
	}
	return v
}

func wholeNumber(s string) (int64, error) {
	n, err := strconv.ParseInt(strings.ReplaceAll(s, ",", ""), 10, 32)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%q is not a whole number of zero or more", s)
	}
	return n, nil
}

func (c *cells) number(column string) int64 { return cellOf(c, column, 0, wholeNumber) }
func (c *cells) fen(column string) money.Fen {
	return cellOf(c, column, 0, money.ParseFen)
}

func (c *cells) code(column string, names []string) uint8 {
	return cellOf(c, column, 0, func(s string) (uint8, error) { return claims.ParseCode[uint8](s, names) })
}

var flagWords = []string{"true", "false", "yes", "no"}

func (c *cells) flag(column string) bool {
	return cellOf(c, column, false, func(s string) (bool, error) {
		i := slices.Index(flagWords, s)
		if i < 0 {
			return false, fmt.Errorf("%q is none of %s%s", s, strings.Join(flagWords, ", "), nearest.Hint(s, flagWords))
		}
		return i%2 == 0, nil
	})
}
