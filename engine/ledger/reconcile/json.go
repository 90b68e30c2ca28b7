package reconcile

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"github.com/drgsim/drgsim/engine/csvtable"
)

// jsonRows reads an array of flat objects as rows below a header: the keys of the first object. The line of a row is its place in
// the array, the header being 1.
func jsonRows(ctx context.Context, path string, yield func(int64, []string) error) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("reconcile: %w", err)
	}
	defer f.Close()
	text, err := csvtable.Decode(f)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	in := json.NewDecoder(text)
	in.UseNumber()
	if t, err := in.Token(); err != nil || t != json.Delim('[') {
		return fmt.Errorf("%s: the file is no JSON array of objects", path)
	}
	var keys []string
	for line := int64(2); in.More(); line++ {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		var object map[string]any
		if err := in.Decode(&object); err != nil {
			return fmt.Errorf("%s:%d: %w", path, line, err)
		}
		if keys == nil {
			for k := range object {
				keys = append(keys, k)
			}
			slices.Sort(keys)
			if err := yield(1, keys); err != nil {
				return err
			}
		}
		cells, err := cellsOf(object, keys)
		if err != nil {
			return fmt.Errorf("%s:%d: %w", path, line, err)
		}
		if err := yield(line, cells); err != nil {
			return err
		}
	}
	_, err = in.Token()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// cellsOf returns the values of an object in the order of the keys. A key that is missing is blank; one too many is an error.
func cellsOf(object map[string]any, keys []string) ([]string, error) {
	cells := make([]string, len(keys))
	found := 0
	for i, k := range keys {
		v, ok := object[k]
		if !ok {
			continue
		}
		found++
		switch v := v.(type) {
		case nil:
		case string:
			cells[i] = v
		case json.Number:
			cells[i] = v.String()
		case bool:
			cells[i] = fmt.Sprint(v)
		default:
			return nil, fmt.Errorf("%q holds a list or an object; a text or a number is allowed", k)
		}
	}
	if found < len(object) {
		for k := range object {
			if !slices.Contains(keys, k) {
				return nil, fmt.Errorf("the first object has no key %q", k)
			}
		}
	}
	return cells, nil
}
