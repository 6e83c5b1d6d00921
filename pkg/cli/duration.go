package cli

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// age is a flag for a time span as kubectl shows ages: 90m, 12h, 41d, 2d12h, 2y.
type age time.Duration

func agePattern() *regexp.Regexp {
	return regexp.MustCompile(`^(?:(\d{1,9})y)?(?:(\d{1,9})w)?(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?$`)
}

// Set implements pflag.Value.
func (a *age) Set(value string) error {
	parts := agePattern().FindStringSubmatch(value)
	if parts == nil || value == "" {
		return fmt.Errorf("%q is not a time span such as 90m, 12h, 41d or 2d12h", value)
	}
	const day = 24 * time.Hour
	var seconds float64 // a Duration ends at 292 years
	for i, unit := range []time.Duration{365 * day, 7 * day, day, time.Hour, time.Minute, time.Second} {
		if n, err := strconv.Atoi(parts[i+1]); err == nil {
			seconds += float64(n) * unit.Seconds()
		}
	}
	if seconds == 0 || seconds > maxAge.Seconds() {
		return fmt.Errorf("%q is not between 1s and 200y", value)
	}
	*a = age(seconds * float64(time.Second))
	return nil
}

// maxAge is far more than anything in a cluster can be old.
const maxAge = 200 * 365 * 24 * time.Hour

// String implements pflag.Value.
func (a *age) String() string {
	if *a == 0 {
		return ""
	}
	return time.Duration(*a).String()
}

// Type implements pflag.Value.
func (a *age) Type() string { return "age" }
