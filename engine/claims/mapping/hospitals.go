package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/drgsim/drgsim/engine/region"
)

// hospitals gathers what the rows tell of their hospitals.
type hospitals struct {
	m    *Mapping
	at   map[string]int
	seen []region.Hospital
	tier []string // text of the mapping's tier, "" until a row gives one
	text []byte
}

func newHospitals(m *Mapping) *hospitals { return &hospitals{m: m, at: map[string]int{}} }

// add takes note of a loaded row's hospital. The first row that fills a field decides it.
func (h *hospitals) add(id []byte, rec *record) {
	i, ok := h.at[string(id)]
	if !ok {
		i = h.know(string(id))
	}
	h.fill(&h.seen[i].Name, h.m.hospital.name, rec)
	h.fill(&h.seen[i].County, h.m.hospital.county, rec)
	h.fill(&h.tier[i], h.m.hospital.tier, rec)
}

// know takes note of a hospital of which there may be no more than its id, and returns its place.
func (h *hospitals) know(id string) int {
	i, ok := h.at[id]
	if !ok {
		i = len(h.seen)
		h.at[id] = i
		h.seen = append(h.seen, region.Hospital{ID: id, Score: region.NoScore})
		h.tier = append(h.tier, "")
	}
	return i
}

func (h *hospitals) fill(field *string, x *expr, rec *record) {
	if *field == "" && x != nil {
		h.text = x.append(h.text[:0], rec)
		*field = string(h.text)
	}
}

// list returns the hospitals by id.
func (h *hospitals) list() ([]region.Hospital, error) {
	out := slices.Clone(h.seen)
	for i := range out {
		out[i].Tier = region.Secondary
		if h.tier[i] == "" {
			continue
		}
		tier, err := region.ParseTier(h.tier[i])
		if err != nil {
			return nil, fmt.Errorf("%s:%d: hospital %q: %w", h.m.File, h.m.hospital.tier.line, out[i].ID, err)
		}
		out[i].Tier = tier
	}
	slices.SortFunc(out, func(a, b region.Hospital) int { return strings.Compare(a.ID, b.ID) })
	return out, nil
}
