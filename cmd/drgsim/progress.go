package main

import (
	"encoding/json"
	"math"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// shownAfter is how long a stage may last before it is shown though nothing was told of it.
const shownAfter = 500 * time.Millisecond

// progress shows how far a long piece of work is: a bar with rate and time left on a terminal, JSON lines when asked for,
// nothing otherwise. The work has one or more stages. It may be told by several goroutines.
type progress struct {
	app *app

	mu          sync.Mutex
	what        string // the stage; "" while there is none
	unit        string // what is counted
	bar         *progressbar.ProgressBar
	out         *json.Encoder
	wake        *time.Timer
	start, last time.Time
	done, total int64
}

// startProgress begins a piece of work with its first stage.
func (a *app) startProgress(what, unit string) *progress {
	p := &progress{app: a}
	p.stage(what, unit)
	return p
}

// stage begins the next stage, unless the work is in it already. unit names what is counted ("rows").
func (p *progress) stage(what, unit string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.what == what {
		return
	}
	p.close()
	p.what, p.unit = what, unit
	p.open()
}

// in returns how to tell of a stage: it begins with the first word of it.
func (p *progress) in(what, unit string) func(done, total int64) {
	return func(done, total int64) {
		p.stage(what, unit)
		p.tell(done, total)
	}
}

// steps returns what to call after each of n steps of the stage.
func (p *progress) steps(n int64) func() {
	var done int64
	return func() {
		done++
		p.tell(done, n)
	}
}

// open begins to show the stage.
func (p *progress) open() {
	p.start, p.last, p.done, p.total = time.Now(), time.Time{}, 0, 0
	a := p.app
	switch mode := a.settings.GetString("progress"); {
	case a.settings.GetBool("quiet") || mode == "none":
	case mode == "json":
		p.out = json.NewEncoder(a.err)
		p.wake = time.AfterFunc(shownAfter, p.show)
	case terminal(a.err) > 0:
		p.bar = p.newBar(p.what, p.unit)
		p.wake = time.AfterFunc(shownAfter, p.show)
	}
}

// tell notes that done of total units of the stage are done; a total of 0 means that nobody knows.
func (p *progress) tell(done, total int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar == nil && p.out == nil || done == 0 && total == 0 {
		return // a stage of which nothing is known is shown after a while
	}
	if done < p.done {
		// A worker that tells late says nothing new; a beginning, or another total, is that of the next file.
		if total == 0 || total == p.total && done > 0 {
			return
		}
		p.close()
		p.open()
	}
	p.done, p.total = done, total
	if p.bar != nil {
		if total > 0 && p.bar.GetMax64() != total {
			p.bar.ChangeMax64(total)
		}
		_ = p.bar.Set64(done) // a terminal that cannot be written to does not stop the work
		if total > 0 && done >= total {
			p.wake.Stop()
			p.wake = time.AfterFunc(shownAfter, p.linger)
		}
		return
	}
	p.event(done, total)
}

// show shows a stage of which nothing was told yet.
func (p *progress) show() {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.total > 0 || p.done > 0:
	case p.bar != nil:
		_ = p.bar.RenderBlank()
	case p.out != nil:
		p.event(0, 0)
	}
}

// linger shows that work goes on after all that is counted is done, such as the checks after the last row is read.
func (p *progress) linger() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar == nil || p.total == 0 || p.done < p.total {
		return
	}
	_ = p.bar.Finish()
	p.bar = p.newBar(p.what+", and what follows it", "")
	_ = p.bar.RenderBlank()
}

// newBar makes a bar of a length that is not known yet. Where no unit is counted it shows the time alone.
func (p *progress) newBar(title, unit string) *progressbar.ProgressBar {
	opts := []progressbar.Option{
		progressbar.OptionSetWriter(p.app.err),
		progressbar.OptionSetDescription(title),
		progressbar.OptionSetElapsedTime(true),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionThrottle(100 * time.Millisecond),
		progressbar.OptionClearOnFinish(),
	}
	if unit != "" {
		opts = append(opts, progressbar.OptionSetItsString(unit), progressbar.OptionShowIts(), progressbar.OptionShowCount())
	}
	return progressbar.NewOptions64(-1, opts...)
}

// event writes a line of JSON, at most one a second but for the last of the stage.
func (p *progress) event(done, total int64) {
	now := time.Now()
	if (done < total || total == 0) && now.Sub(p.last) < time.Second {
		return
	}
	p.last = now
	spent := now.Sub(p.start).Seconds()
	tenths := func(x float64) float64 { return math.Round(10*x) / 10 }
	event := map[string]any{"stage": p.what, "unit": p.unit, "done": done, "seconds": tenths(spent)}
	if total > 0 {
		event["total"] = total
	}
	// The first moments foretell nothing.
	if rate := float64(done) / spent; done > 0 && spent > 0.1 {
		event["rate"] = tenths(rate) // units a second
		if total > 0 {
			event["left"] = tenths(float64(total-done) / rate) // seconds
		}
	}
	_ = p.out.Encode(event)
}

// close takes what is shown of the stage away.
func (p *progress) close() {
	if p.wake != nil {
		p.wake.Stop()
	}
	if p.bar != nil {
		_ = p.bar.Finish()
	}
	p.bar, p.out, p.wake = nil, nil, nil
}

// end ends the work. It may be called again.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.close()
	p.what = ""
}
