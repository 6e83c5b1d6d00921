//go:build !race

package dump

// raced tells whether the race detector is on.
const raced = false
