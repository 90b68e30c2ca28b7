package main

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress shows how far a long piece of work is: a bar with rate and time left on a terminal, JSON lines when asked for,
// nothing otherwise. It may be told by several goroutines.
type progress struct {
	mu    sync.Mutex
	what  string
	bar   *progressbar.ProgressBar
	out   *json.Encoder
	start time.Time
	last  time.Time
}

// startProgress begins a piece of work; unit names what is counted ("rows").
func (a *app) startProgress(what, unit string) *progress {
	p := &progress{what: what, start: time.Now()}
	switch mode := a.settings.GetString("progress"); {
	case a.settings.GetBool("quiet") || mode == "none":
	case mode == "json":
		p.out = json.NewEncoder(a.err)
	case terminal(a.err) > 0:
		p.bar = progressbar.NewOptions64(-1,
			progressbar.OptionSetWriter(a.err),
			progressbar.OptionSetDescription(what),
			progressbar.OptionSetItsString(unit),
			progressbar.OptionShowIts(),
			progressbar.OptionShowCount(),
			progressbar.OptionSetPredictTime(true),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(),
		)
	}
	return p
}

// tell notes that done of total units are done.
func (p *progress) tell(done, total int64) {
	if p.bar == nil && p.out == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		if p.bar.GetMax64() != total {
			p.bar.ChangeMax64(total)
		}
		_ = p.bar.Set64(done) // a terminal that cannot be written to does not stop the work
		return
	}
	now := time.Now()
	if done < total && now.Sub(p.last) < time.Second {
		return
	}
	p.last = now
	event := map[string]any{"stage": p.what, "done": done, "total": total, "seconds": fmt.Sprintf("%.1f", now.Sub(p.start).Seconds())}
	_ = p.out.Encode(event)
}

// end clears the bar.
func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
