// Package settle works out what hospitals and county alliances are paid (医保结算): budgets, point values, surplus retention
// and overrun sharing, advances and the year end, from the sums of a whole region.
//
// All splits close to the fen; every result is checked against the conservation laws of this package before anyone sees it.
//
// The way through a settlement is: each claim belongs to a stream; each stream is charged to a budget; a budget has one
// fund per scheme (or per scheme and alliance, or per scheme and hospital); what a fund has left or has overrun is kept or
// borne by declared bands; streams paid by points meet in a pool, whose point value turns the money into payments.
//
// # The part settle of a pack
//
//	settle:
//	  streams:                       # ordered; a claim belongs to the first whose `when` holds, and must belong to one
//	    - id: drg
//	      title: {zh: 本地住院, en: local stays}
//	      when: {setting: inpatient, place: local}
//	      method: points             # points, direct (the price of package drg), booked (as adjudicated), capitation, none
//	      pool: drg                  # the pool of a points stream
//	      budget: inpatient          # absent: paid without a limit
//	      shares: true               # takes part in retention and sharing at level region; default true for points and direct
//	      advance: 0.95              # monthly advance of this stream, in place of advance.ratio
//	    - id: signed
//	      when: {setting: outpatient, signed: true}
//	      method: capitation
//	      budget: outpatient
//	      capitation: {amount: 120.00, by: alliance, workload: claims}   # by county or alliance; claims, gross, booked
//	    - {id: rest, method: booked, budget: outpatient}
//	  budgets:                       # in order; a budget may be opened from a carve-out of an earlier one
//	    - id: inpatient
//	      scheme: each               # each: one fund per scheme; all: one for all schemes; or the name of one scheme
//	      level: region              # region, alliance, hospital
//	      opening: {kind: history, total: final_settlement, growth: 0.05}   # of the year before; growth may be {employee: .., resident: ..}
//	      # other openings: {kind: amount, amount: ..}; {kind: per_capita, amount: .., growth: ..};
//	      # {kind: income, total: income, share: 0.98} of the year; {kind: mean, total: .., years: 3, growth: ..};
//	      # {kind: booked, share: 1} of the booked fund of the budget's own claims; {kind: carve_out, budget: ID, id: ID};
//	      # {kind: table, rows: [{scheme, alliance, hospital, amount}]};
//	      # {kind: divide, whole: {kind: ..}, by: persons} or by the name of a figure of the year before: the region's
//	      # opening, divided among the alliances and the people of none
//	      adjustments:               # during the year; a reason is required
//	        - {id: flu, amount: 500000.00, reason: 重大公共卫生事件, month: 3}   # or a share of the opening; at other levels only shares
//	      carve_outs:                # in order, by amount or by share of the opening or of what the earlier ones left (of: rest)
//	        - {id: pharmacy, title: {zh: 药店, en: pharmacies}, share: 0.03, of: opening}
//	      reserve: {share: 0.05, release: overrun}   # or amount; release: never, overrun, no_overrun, always
//	      sharing:
//	        surplus: {keep: 0.85}    # or bands: [{up_to: 0.05, keep: 1}, {keep: 0.5}], reading: marginal | whole, cap: 0.03,
//	                                 # scores: [{score: 90, factor: 1}, {score: 60, factor: 0.8}, {factor: 0}],
//	                                 # conditions: [{indicator: primary_visit_rate, min: 0.65}]
//	        overrun: {bear: 0.85}    # or bands: [{up_to: 0.20, bear: 0.5}, {bear: 1}], reading, cap
//	      alliance:                  # of a budget of level alliance
//	        scope: {inside: true, county: true, out_of_county: true, out_of_province: true}
//	        split: {of: balance, by: points, lead: 0.10, tiers: [{tier: secondary tertiary, weight: 6}, {tier: community primary, weight: 3}, {tier: village, weight: 1}]}
//	  pools:
//	    - id: drg
//	      basis: total_cost          # or fund_only
//	      decimals: 4                # of the point value; absent: not rounded
//	      round: half_up
//	      fixed: 100.00              # one value whatever the budget (fixed rate); or floor: and ceiling: (elastic rate)
//	      negative: keep             # or zero: a hospital whose patients paid more than its points are worth gets nothing
//	      money: budget              # or booked: the pool moves money between hospitals only (the default of other levels)
//	      growth_control: {cut: 0.30, bonus: 0.20, exempt: [village, community, primary], previous: {table: previous.csv}}
//	  deductions: [{id, hospital, scheme, amount, reason}]   # scheme absent: from the funds of all schemes together
//	  subsidies: [{id, title, kind: workload, unit_price, rows: [{hospital, service, quantity, equivalent, quality}]},
//	              {id, title, kind: signing, amount, share, rows: [{hospital, persons, quality}]}]
//
// Care outside the province is told apart from other care outside the county where it has a stream of its own, with
// `place: out_of_province` alone.
//
// keep and bear are the hospitals' parts, of each fund; the fund keeps or bears the rest. Bands are shares of the fund's
// net budget; what lies above the last band with an up_to is kept by nobody (surplus) or borne by the hospitals (overrun).
//
// # The part advance
//
//	advance: {ratio: 0.85, deposit: 0.05, prepayment_months: 1, scores: [{score: 80, factor: 1}, {factor: 0.5}]}
//
// Each month the hospital gets ratio of what it booked, less the deposit; prepayment_months of an average month are paid at
// the year's start. At the year end the deposit is released, by assessment score where scores are given, and the rest is cleared.
//
// # The part indicators
//
//	indicators:
//	  targets: [{id: county_visit_rate, by: 2027-12-31, min: 0.92}, {id: transfer_out_rate, by: 2027-12-31, max: 0.1}]
package settle
