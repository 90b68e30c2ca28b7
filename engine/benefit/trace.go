package benefit

import "github.com/drgsim/drgsim/engine/money"

// Trace records what each step did to one visit, for explanation. A large run keeps none.
type Trace struct {
	Entries []Entry
}

// Entry is what one step did: its arithmetic and its moves, in order. Steps that said and moved nothing have none.
type Entry struct {
	Step  int // position in the program's steps
	Zh    []string
	En    []string
	Moves []Move
}

// Move is an amount that went from one pocket to another.
type Move struct {
	From, To Pocket
	Amount   money.Fen
}

func (t *Trace) entry(step int) *Entry {
	if n := len(t.Entries); n > 0 && t.Entries[n-1].Step == step {
		return &t.Entries[n-1]
	}
	t.Entries = append(t.Entries, Entry{Step: step})
	return &t.Entries[len(t.Entries)-1]
}

func (t *Trace) move(step int, from, to Pocket, amount money.Fen) {
	e := t.entry(step)
	e.Moves = append(e.Moves, Move{from, to, amount})
}

func (t *Trace) say(step int, zh, en string) {
	e := t.entry(step)
	e.Zh, e.En = append(e.Zh, zh), append(e.En, en)
}
