// Drgsim simulates the settlement of basic medical insurance under a global budget and DRG payment.
package main

import (
	"os"

	_ "github.com/drgsim/drgsim/cmd/drgsim/internal/ballast"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
