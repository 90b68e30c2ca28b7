package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func (a *app) versionCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version and build of the program",
		Args:  exactArgs(0),
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(a.out, "drgsim", build())
			return err
		},
	}
}

// build names the program as it was built: its version, and the commit where Go knows it.
func build() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	s := info.Main.Version
	for _, set := range info.Settings {
		switch set.Key {
		case "vcs.revision":
			s += " " + set.Value
		case "vcs.modified":
			if set.Value == "true" {
				s += " (modified)"
			}
		}
	}
	return s + " " + info.GoVersion
}
