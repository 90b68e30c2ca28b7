package report

import (
	"archive/zip"
	"bytes"
	"io"
	"regexp"
	"slices"
	"strings"
)

// contentTypes is the part of a workbook that lists the kinds of the others. Readers expect it first; its bracket sorts it there.
const contentTypes = "[Content_Types].xml"

// sortParts puts the parts of a workbook, and the list of their kinds, in the order of their names: the library writes both in the
// order of a map, and the same document must make the same bytes.
func sortParts(data []byte) ([]byte, error) {
	in, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(in.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range in.File {
		if f.Name == contentTypes {
			err = copySorted(w, f)
		} else {
			err = w.Copy(f)
		}
		if err != nil {
			return nil, err
		}
	}
	err = w.Close()
	return out.Bytes(), err
}

var defaultType = regexp.MustCompile(`<Default [^>]*></Default>`)

// copySorted copies the list of kinds with its entries by extension in order.
func copySorted(w *zip.Writer, f *zip.File) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	entries := defaultType.FindAllString(string(text), -1)
	slices.Sort(entries)
	next := 0
	text = defaultType.ReplaceAllFunc(text, func([]byte) []byte {
		next++
		return []byte(entries[next-1])
	})
	part, err := w.Create(f.Name)
	if err != nil {
		return err
	}
	_, err = part.Write(text)
	return err
}
