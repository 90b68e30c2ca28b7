package engine

import (
	"errors"

	"github.com/drgsim/drgsim/engine/behave"
)

// errAssumeShards tells that assumptions and folders of shards do not go together.
var errAssumeShards = errors.New("assumptions make other claims out of one table in memory; a folder of shards cannot be used with them")

// assume replaces the input by what the study's assumptions make of it; without any it does nothing.
func (ses *Session) assume() error {
	a, err := behave.Read(ses.Study.Assumptions, ses.Plans[0].Scope)
	if err != nil || !a.Any() {
		return err
	}
	if ses.Input == nil {
		return errAssumeShards
	}
	in := ses.Input
	table, keep, moved, err := a.Apply(behave.Source{Table: in.Table, Keep: in.Keep, Claim: in.bound.claim, Region: ses.Region})
	if err != nil {
		return err
	}
	ses.Moved = moved
	ses.Input, err = NewInput(table, keep, ses.Region, ses.Plans[0].Scope)
	return err
}
