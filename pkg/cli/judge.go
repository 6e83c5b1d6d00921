package cli

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// judgeFlags bend the judgement, as the user gave them.
type judgeFlags struct {
	staleAfter age
	minAge     optionalAge
}

func (f *judgeFlags) addFlags(cmd *cobra.Command) {
	f.staleAfter = age(verdict.DefaultStaleAfter)
	flags := cmd.Flags()
	flags.Var(&f.staleAfter, "stale-after",
		"Take a release whose Helm operation has not ended for abandoned if its record was not written for this long")
	flags.Var(&f.minAge, "min-age",
		"Leave alone what finished or, if it does not run, was created less long ago than this (default 10m and 1h)")
}

// optionalAge is an age that may be 0, and unset.
type optionalAge struct{ value *time.Duration }

// String implements pflag.Value.
func (a *optionalAge) String() string {
	if a.value == nil {
		return ""
	}
	return a.value.String()
}

// Type implements pflag.Value.
func (a *optionalAge) Type() string { return "age" }

// Set implements pflag.Value.
func (a *optionalAge) Set(text string) error {
	d := new(time.Duration)
	if zero, err := time.ParseDuration(text); err != nil || zero != 0 {
		var parsed age
		if err := parsed.Set(text); err != nil {
			return err
		}
		*d = time.Duration(parsed)
	}
	a.value = d
	return nil
}

func (f *judgeFlags) options() verdict.Options {
	return verdict.Options{StaleAfter: time.Duration(f.staleAfter), MinAge: f.minAge.value}
}
