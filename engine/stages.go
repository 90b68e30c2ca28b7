package engine

import "time"

// Stages are the times that workers spent on each stage, summed over the workers.
type Stages struct {
	Load       time.Duration // reading and checking, where claims are not in memory
	Gather     time.Duration // bringing each person's claims together, in order
	Adjudicate time.Duration // benefit rules
	Classify   time.Duration // classes, points and prices, and adding them up
	AddUp      time.Duration // counts of claims and sums of what the rules left
}

func (s *Stages) add(o Stages) {
	s.Load += o.Load
	s.Gather += o.Gather
	s.Adjudicate += o.Adjudicate
	s.Classify += o.Classify
	s.AddUp += o.AddUp
}
