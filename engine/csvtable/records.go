package csvtable

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Records reads a whole table whose columns the caller does not know beforehand: its header, its rows, and the line on
// which each row begins. A blank or repeated column name and a row of another length are errors with file and line.
func Records(name string, text []byte) (header []string, rows [][]string, lines []int, err error) {
	plainText, err := Decode(bytes.NewReader(text))
	if err != nil {
		return nil, nil, nil, plain(name, err)
	}
	r := csv.NewReader(plainText)
	if header, err = r.Read(); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, nil, nil, fmt.Errorf("%s:1: the table is empty; a header is needed", name)
		}
		return nil, nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	for i, h := range header {
		header[i] = strings.TrimSpace(h)
		if header[i] == "" {
			return nil, nil, nil, fmt.Errorf("%s:1: column %d has no name", name, i+1)
		}
		if slices.Contains(header[:i], header[i]) {
			return nil, nil, nil, fmt.Errorf("%s:1: column %q is repeated", name, header[i])
		}
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return header, rows, lines, nil
		}
		if err != nil {
			return nil, nil, nil, fmt.Errorf("%s: %w", name, err)
		}
		line, _ := r.FieldPos(0)
		rows, lines = append(rows, row), append(lines, line)
	}
}
