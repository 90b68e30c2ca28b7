// Tuned works out W1, W2 or W3 of the comparison and nothing else, as fast as plain Go will: tuned FOLDER w1|w2|w3 prints CSV.
//
// It is the floor that a general engine is measured against. Its rules are written into the program, it takes the claims as
// they come, without checksums or checks, and it uses what these rules allow and others might not:
//
//   - Scenarios are four sets of prices and five choices of the persons' rules, so each claim is looked at once for all eight.
//   - An ordinary stay is worth the same whatever it cost, so only the others, one in seven, are worked out one by one.
//   - Where every stay of an episode costs its deductible, all amounts follow from three things of each hospital and scheme: how
//     many stays met each state of the deductible, the sum of what they cost, and what rounding took from them. Since
//     deductibles are multiples of 2 yuan and ratios of half a percent, the last is told by a cost's remainder by 2 yuan alone.
//     Other episodes, and persons who may reach a ceiling, are worked out stay by stay.
//
// Persons' stays must stand together in the file, which is checked; they are put in the order of admission, and nothing is kept
// of them once their batch is done.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
)

func main() {
	threads := flag.Int("threads", 2, "how many `goroutines` share the claims")
	flag.Parse()
	if flag.NArg() != 2 || *threads < 1 {
		fmt.Fprintln(os.Stderr, "usage: tuned [-threads N] FOLDER w1|w2|w3")
		os.Exit(2)
	}
	debug.SetGCPercent(-1) // what it makes is small and lives to the end
	if err := tuned(flag.Arg(0), flag.Arg(1), *threads); err != nil {
		fmt.Fprintln(os.Stderr, "tuned:", err)
		os.Exit(1)
	}
}

func tuned(folder, name string, threads int) error {
	w, known := works[name]
	if !known {
		return fmt.Errorf("%s is none of w1, w2, w3", name)
	}
	file, err := openClaims(filepath.Join(folder, "claims.arrow"))
	if err != nil {
		return err
	}
	defer file.Close()
	region, err := readRegion(folder, file)
	if err != nil {
		return err
	}
	sum, err := w.count(file, region, threads)
	if err != nil {
		return err
	}
	return w.answer(os.Stdout, region, sum)
}
