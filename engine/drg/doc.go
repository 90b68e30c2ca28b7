// Package drg works out what a stay is worth: its group, its class and its points, weight or price, by the tables and
// formulas of a pack. It also makes group tables from history (calibrate) and reads published ones (grouptable).
//
// It does not know budgets: what a point is worth is decided by package settle, once all stays are counted.
//
// # The part drg of a pack
//
//	drg:
//	  method: points            # points | weights | dip | rate | per_diem
//	  reference_mean: 10000.00  # mean cost of all stays (R)
//	  scale: 100                # base points = mean cost / R × scale; 1000 under dip
//	  decimals: 6               # of points; base_decimals: of base points; standard_decimals: of payment standards
//	  round: half_up
//	  ratio_of: mean            # cost ratios are taken of the group's mean, or of the payment standard
//	  ungrouped: ["0000"]       # codes for stays without a group (未入组)
//	  ambiguous_suffix: QY      # codes of ambiguous groups (歧义组) end so
//	  few_below: 5              # groups with fewer cases are of kind few
//	  kinds: [core, composite]  # words of the table's kind column that conditions may name though no row has them
//	  groups: {table: groups.csv}
//	  rate: 9986.9352           # currency units a point or weight; or rows by site with `rate`
//	                            # or {parts: [{amount, times: [..]}]}: a sum of amounts with their factors
//	  cost_ratio: [{hospital: H1, ratio: 0.31}, ...]  # cost / charges, where claims hold charges; none: 1
//	  standards: {table: standards.csv}  # published payment standards by site and group
//	  coefficient: {source: [rows, mix, hospital], rows: [...], mix: {...}, boosts: [...], otherwise: 1, clamp: {min: 0.6, max: 1.3}}
//	  same_price: {codes: {table: same-price-50.csv}, coefficient: 1, ignore_unlisted: false}  # coefficient own: the sources above decide
//	  reviews: [{kind: special, limit: 5‰}, {kind: innovation, top_up: 70%, apart: true}]
//	  classes: [...]            # tried in order; the first whose condition holds pays
//	  readmission: {days: 15, keep: 0.5, hospital: same, except: [RE15], ignore_unlisted: false}
//	  fund_method: a            # none | a | b | booked, for methods rate and per_diem
//	  fund_ratios: [{scheme: employee, ratio: 0.82}, ...]
//
// A group code in this part that neither the group table nor a claim has is an error; under same_price and readmission,
// ignore_unlisted passes it over, for lists of a whole nation.
//
// Columns of the group table, all but code optional: code, name, one of base_points, weight, score; mean_cost, kind, stable,
// cases, same_price, low_limit, high_limit (amounts), low_ratio, high_ratio, day_points, day_rate, low_day, low_base, low_per_day,
// high_day, high_per_day, transfer_per_day, mean_days. Columns cv, trimmed, cases_by_year and case_cap inform and decide nothing.
//
// Rows by site (rate, cost_ratio, standards, coefficient.rows, coefficient.boosts and limits) may ask for scheme, tier, private, internet,
// hospital, specialty, group, same_price, base_up_to and mean_up_to; the first that holds gives the value.
//
// # Conditions of a class
//
// `when:` is one set of conditions or a list of sets of which one must hold. A set may have the selector words (scheme, tier,
// setting, age, group, ...), kind (ungrouped, ambiguous, unlisted, non_stable, few, or a word of the table), days_from,
// days_to, stay (short, long or mean: against the group's limits of stay), reviewed (a kind of review), and limits of cost:
// ratio_over, ratio_from, ratio_up_to, ratio_below, cost_over, cost_from, cost_up_to, cost_below, and loss_over (above the
// standard plus that loss). A limit is a number, rows by site, or the name of a column (low_ratio, high_ratio; low_limit,
// high_limit). A class whose condition or formula needs a figure that a group lacks does not apply to that group.
//
// # Formulas of a class
//
// With base = base points (or weight, score), c = coefficient, r = cost / reference:
//
//	base           base × c × share
//	ratio          base × c × (r × share + plus)
//	excess         base × c + base × (r − over) × share; over: the class's only lower limit, `over` or `over_cost`
//	cost           (cost − unreasonable) × (1 − deduct) × share, turned into points
//	marginal       standard + (cost − standard − loss) × share; loss: the class's own loss_over, or `loss`
//	per_day        days × day_points of the group, × points, × rate, or by steps [{up_to: 30, rate: 500.00}, {rate: 400.00}]
//	short_stay     base × c − (low_day + 1 − days) × low_per_day × c × share
//	built_up       (low_base + days × low_per_day) × c × share
//	long_stay      base × c + (days + 1 − high_day) × high_per_day × c × share
//	transfer       base × c − (mean_days − days) × transfer_per_day × c × share
//	per_diem       base × c × (plus + share × min(1, (days + extra_days) / mean_days))
//	fixed          points, or amount
//	review_amount  the amount that the review fixed × share
//	fund           what was booked for the fund × share, outside the pool
//	none           nothing
//
// coefficient: true or false puts c in or leaves it out (excess_coefficient for the part above the limit); cap and floor bound
// the value by {of: base | standard | cost, times: 1} or {amount: 1000.00}; ratio_decimals rounds r first; excluded: true keeps
// the stay out of the pool. Every value is one fraction and is rounded once, to the declared decimals.
package drg
