package mapping

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// maxRecord bounds one row of text, so that a quote that is never closed cannot swallow a file into memory.
const maxRecord = 1 << 20

// rows parts CSV text into rows of cells. It is RFC 4180 with either line end; blank lines are skipped.
//
// Note: encoding/csv is not used because it has no bound on the length of a row and because it allocates the
// text of every cell, most of which no mapping asks for.
type rows struct {
	r     *bufio.Reader
	comma byte
	line  int64 // 1-based line on which the current row begins
	next  int64 // line that will be read next
	text  []byte
	cells [][]byte // of the current row, valid until the next one
}

func newRows(r io.Reader, comma byte) *rows {
	return &rows{r: bufio.NewReaderSize(r, 256<<10), comma: comma, next: 1}
}

// read steps to the next row; io.EOF ends. A row that cannot be parted has a problem instead of cells.
func (s *rows) read() (problem string, err error) {
	s.text, s.cells = s.text[:0], s.cells[:0]
	for {
		s.line = s.next
		if err := s.more(); err != nil {
			return "", err
		}
		if len(bytes.TrimRight(s.text, "\r\n")) > 0 {
			break
		}
		s.text = s.text[:0]
	}
	if bytes.IndexByte(s.text, '"') >= 0 {
		return s.quoted()
	}
	start, text := 0, bytes.TrimRight(s.text, "\r\n")
	for i, c := range text {
		if c == s.comma {
			s.cells = append(s.cells, text[start:i])
			start = i + 1
		}
	}
	s.cells = append(s.cells, text[start:])
	return "", nil
}

// more appends the next line to the text.
func (s *rows) more() error {
	before := len(s.text)
	for {
		part, err := s.r.ReadSlice('\n')
		s.text = append(s.text, part...)
		if len(s.text) > maxRecord {
			return fmt.Errorf("line %d: the row is longer than %d KiB; a quote may not be closed", s.line, maxRecord>>10)
		}
		switch {
		case err == nil:
			s.next++
			return nil
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(s.text) > before:
			s.next++
			return nil
		case errors.Is(err, io.EOF):
			return io.EOF
		default:
			return fmt.Errorf("line %d: %w", s.next, err)
		}
	}
}

// quoted parts a row that has quotes, and takes further lines while a quote is open. Cells are unescaped in place.
func (s *rows) quoted() (problem string, err error) {
	type span struct{ from, to int }
	var spans []span
	out, pos := 0, 0 // the cells move to the front of the text as their quotes go
	for {
		from := out
		if pos < len(s.text) && s.text[pos] == '"' {
			pos++
			for {
				if pos == len(s.text) {
					if err := s.more(); errors.Is(err, io.EOF) {
						if s.next-s.line > 1 {
							return "", fmt.Errorf("line %d: a quote is opened here and never closed", s.line)
						}
						return "a quoted cell is not closed", nil
					} else if err != nil {
						return "", err
					}
				}
				c := s.text[pos]
				pos++
				if c == '"' {
					if pos == len(s.text) || s.text[pos] != '"' {
						break
					}
					pos++
				}
				s.text[out] = c
				out++
			}
			if pos < len(s.text) && s.text[pos] != s.comma && s.text[pos] != '\r' && s.text[pos] != '\n' {
				return "text follows the closing quote of a cell", nil
			}
		} else {
			for pos < len(s.text) && s.text[pos] != s.comma && s.text[pos] != '\n' {
				if s.text[pos] == '"' {
					return "a quote stands inside a cell that is not quoted", nil
				}
				s.text[out] = s.text[pos]
				out, pos = out+1, pos+1
			}
		}
		spans = append(spans, span{from, out})
		if pos == len(s.text) || s.text[pos] != s.comma {
			break
		}
		pos++
	}
	for _, sp := range spans {
		s.cells = append(s.cells, bytes.TrimRight(s.text[sp.from:sp.to], "\r"))
	}
	return "", nil
}
