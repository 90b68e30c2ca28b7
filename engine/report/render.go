package report

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/drgsim/drgsim/engine/wholefile"
)

// File is one file of a drawn report.
type File struct {
	Name string
	Data []byte
}

// Render draws the document as files: one for text, JSON, Markdown, the workbook and the page; one for each table for CSV and
// Arrow; one for each chart for SVG and PNG.
func Render(d *Document, f Format, o Options) ([]File, error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	one := func(ext string, data []byte, err error) ([]File, error) {
		if err != nil {
			return nil, err
		}
		return []File{{d.ID + ext, data}}, nil
	}
	var files []File
	var err error
	switch f {
	case FormatText:
		var data []byte
		data, err = o.text(d)
		files, err = one(".txt", data, err)
	case FormatJSON:
		var data []byte
		data, err = o.json(d)
		files, err = one(".json", data, err)
	case FormatMarkdown:
		files, err = one(".md", o.markdown(d), nil)
	case FormatCSV:
		files, err = o.csvFiles(d)
	case FormatArrow:
		files, err = o.arrowFiles(d)
	case FormatXLSX:
		var data []byte
		data, err = o.xlsx(d)
		files, err = one(".xlsx", data, err)
	case FormatHTML:
		var data []byte
		data, err = o.html(d)
		files, err = one(".html", data, err)
	case FormatSVG:
		files = o.svgFiles(d)
	case FormatPNG:
		files, err = o.pngFiles(d)
	default:
		_, err = ParseFormat(string(f))
	}
	if err != nil {
		return nil, fmt.Errorf("report %s as %s: %w", d.ID, f, err)
	}
	return files, nil
}

// Stream writes the document to one writer. Formats of several files (arrow, svg, png) need WriteDir; CSV is written with all
// its tables one after the other.
func Stream(w io.Writer, d *Document, f Format, o Options) error {
	if f == FormatCSV {
		if err := d.Validate(); err != nil {
			return err
		}
		data, err := o.csvStream(d)
		if err != nil {
			return fmt.Errorf("report %s as csv: %w", d.ID, err)
		}
		_, err = w.Write(data)
		return err
	}
	if f.Split() {
		return fmt.Errorf("report %s: format %s is a file for each table or chart, which need a folder", d.ID, f)
	}
	files, err := Render(d, f, o)
	if err != nil {
		return err
	}
	_, err = w.Write(files[0].Data)
	return err
}

// WriteDir draws the document in several formats and then writes the files into a directory, which is made when it is missing.
// Nothing is written unless everything could be drawn, nor after an interruption. It returns the paths written.
func WriteDir(dir string, d *Document, formats []Format, o Options) ([]string, error) {
	var files []File
	for _, f := range formats {
		made, err := Render(d, f, o)
		if err != nil {
			return nil, err
		}
		files = append(files, made...)
		if o.Interrupted != nil {
			if err := o.Interrupted(); err != nil {
				return nil, fmt.Errorf("report %s: %w", d.ID, err)
			}
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("report %s: %w", d.ID, err)
	}
	staged := make([]*wholefile.File, 0, len(files))
	abort := func(err error) error {
		for _, w := range staged {
			err = errors.Join(err, w.Abort())
		}
		return fmt.Errorf("report %s: %w", d.ID, err)
	}
	var paths []string
	for _, f := range files {
		path := filepath.Join(dir, f.Name)
		w, err := wholefile.Create(path)
		if err != nil {
			return nil, abort(err)
		}
		staged = append(staged, w)
		if _, err := w.Write(f.Data); err != nil {
			return nil, abort(err)
		}
		paths = append(paths, path)
	}
	for _, w := range staged {
		if err := w.Commit(); err != nil {
			return nil, abort(err)
		}
	}
	return paths, nil
}
