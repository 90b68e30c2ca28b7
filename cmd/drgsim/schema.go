package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/drgsim/drgsim/engine/claims"
)

func (a *app) schemaCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the columns of the claims table",
		Long: `Schema prints every column of the claims table: its name, the accepted types, whether it is required, the allowed words,
and what an absent value stands for.

` + exitHelp,
		Example: "  drgsim schema --lang zh",
		Args:    exactArgs(0),
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprint(a.out, claims.SchemaText(a.lang()))
			return err
		},
	}
}
