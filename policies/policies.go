// Package policies holds the policy packs that the program ships: law as data, a folder per place and effective date.
package policies

import "embed"

// FS holds the packs; names are as in policy.Open, "hangzhou/2020-12-09".
//
//go:embed */*/*.yaml */*/*.csv */*/cases/*.case
var FS embed.FS
