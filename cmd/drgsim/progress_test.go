package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"
	"testing"
)

// told returns what a progress in JSON says of work.
func told(t *testing.T, work func(*progress)) []map[string]any {
	t.Helper()
	var out bytes.Buffer
	a := &app{err: &out, settings: newSettings()}
	a.settings.Set("progress", "json")
	p := a.startProgress("one", "rows")
	work(p)
	p.end()
	p.end()
	p.tell(1, 1) // after the end nobody hears it
	var events []map[string]any
	for line := range strings.Lines(out.String()) {
		var e map[string]any
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		events = append(events, e)
	}
	return events
}

func TestProgressStages(t *testing.T) {
	events := told(t, func(p *progress) {
		p.tell(3, 3)
		p.tell(2, 3) // a worker that is late
		p.in("two", "bytes")(5, 5)
		p.in("two", "bytes")(7, 7) // the next file
		p.tell(1, 1)               // and one that is smaller
	})
	var got []string
	for _, e := range events {
		line, err := json.Marshal([]any{e["stage"], e["done"], e["total"], e["unit"]})
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(line))
	}
	want := []string{`["one",3,3,"rows"]`, `["two",5,5,"bytes"]`, `["two",7,7,"bytes"]`, `["two",1,1,"bytes"]`}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("told %v, want %v", got, want)
	}
}

// Many workers tell at once; between the first and the last there is at most one line a second.
func TestProgressOfManyWorkers(t *testing.T) {
	events := told(t, func(p *progress) {
		var wait sync.WaitGroup
		for i := range 8 {
			wait.Go(func() {
				for k := range 1000 {
					p.tell(int64(k*8+i+1), 8000)
				}
			})
		}
		wait.Wait()
	})
	if len(events) < 2 || len(events) > 10 {
		t.Errorf("%d events for 8000 calls", len(events))
	}
	if last := events[len(events)-1]; last["done"] != 8000.0 {
		t.Errorf("the last event is %v", last)
	}
}
