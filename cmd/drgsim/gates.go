package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/drgsim/drgsim/engine"
	"github.com/drgsim/drgsim/engine/compare"
	"github.com/drgsim/drgsim/engine/present"
	"github.com/drgsim/drgsim/engine/report"
)

func (o *studyOptions) gateFlags(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&o.failIf, "fail-if", nil, "fail with code 4 when this `condition` is true, such as 'hospital.any.balance < -5%' (repeatable)")
}

// gates holds a comparison against the gates of the study and of the command line, adds them to the report, and keeps the
// failure for the end.
func (o *studyOptions) gates(ses *engine.Session, c *compare.Comparison, doc *report.Document) error {
	texts := append(slices.Clone(ses.Study.Gates), o.failIf...)
	if len(texts) == 0 {
		return nil
	}
	verdicts, err := c.Gates(texts)
	if err != nil {
		return usageError(err)
	}
	doc.Sections = append([]*report.Section{present.Gates(c, verdicts)}, doc.Sections...)
	var failed []error
	for _, v := range verdicts {
		if v.Failed {
			failed = append(failed, fmt.Errorf("gate %q failed in scenario %s: %s", v.Gate.Text, c.Results[v.Scenario].Plan.Scenario.Name, compare.DescribeOffenders(v.Offenders)))
		}
	}
	if len(failed) > 0 {
		o.failed = &exitError{exitGate, errors.Join(failed...)}
	}
	return nil
}
