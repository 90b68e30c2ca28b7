// Package engine answers one question exactly: under these rules, with these claims, what is every person, hospital,
// alliance and fund paid, and what changes if a rule changes?
//
// The way of the data is the order of the packages:
//
//	claims   Arrow, Parquet and CSV become plain columns; bad rows become findings and are set aside
//	check    what is wrong with the claims, counted in rows and money
//	benefit  what each person pays: a claim's money moves between pockets, step by step, person by person
//	drg      what each stay is worth: group, class, coefficient, points
//	settle   what each hospital, alliance and fund gets: budget, point value, sharing; closes to the fen
//	compare  baseline against alternatives
//	report   one model of tables and charts; text, workbook, page, CSV and Arrow only draw it
//
// Compile turns the scenarios of a Study into Plans, NewInput makes the claims ready, Run works everything out. Run and
// RunShard, in run.go, are the story on one screen. There are two scales: per claim, where a worker sees whole persons and
// nobody else; and per region, where settlement sees sums alone. A Partial of integers is the only bridge, and its merging
// is exact, so that results are the same to the byte for any order of rows, number of workers and split into shards.
//
// A file that this program wrote may carry a voucher: what a check of the whole file found. Then what does not hang on the
// region is not checked again, and of the columns only those are read that the rules say they look at (policy.Scope.Reads).
// Where each person's rows stand together in it, and it is a shard or one run is all that is wanted (OpenOptions.OnePass), the workers
// read it range by range, so that it passes through the processor's cache; where that fails, for whatever reason, it is read whole
// and run again.
//
// A worker takes a batch of whole persons through one stage after the other, in columns. What plans have in common is done once
// (work.go): steps up to the first that differs leave columns that all go on from (benefit.Left), stays are parted into classes once,
// and each work has a gain, which is what it adds to the sums: everything for the baseline, and for the others what changes.
//
// Explain replays one claim through the same rules with a trace. Nothing else in this package computes an amount.
package engine
