package benefit

// Loops returns the kinds of the steps of the stretch that have a loop over the visits, and how many runs it has; none when it
// is not cut.
func (p *Program) Loops() (kinds []string, runs int) {
	for i := range p.runs {
		if r := &p.runs[i]; r.loop != nil {
			kinds = append(kinds, p.Steps[r.from].Kind)
		}
	}
	return kinds, len(p.runs)
}
