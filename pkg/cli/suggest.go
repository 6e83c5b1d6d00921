package cli

import (
	"fmt"
	"strings"
)

// choice is one of few words that a flag takes.
type choice struct {
	flag string // with its dashes
	what string // what the words are: "a hook phase"
	// words in the order to show them in.
	words []string
}

// wrong explains that a value is none of the words, and guesses which was meant.
func (c choice) wrong(value string) error {
	hint := ""
	if near := nearest(value, c.words); near != "" {
		hint = fmt.Sprintf("; did you mean %s?", near)
	}
	return fmt.Errorf("%s %q is not %s%s (one of: %s)", c.flag, value, c.what, hint, strings.Join(c.words, ", "))
}

// nearest is the word most like the value, or "" if none is much like it.
func nearest(value string, words []string) string {
	value = strings.ToLower(value)
	best, bestDistance := "", len(value)/3+1
	for _, w := range words {
		if d := distance(value, strings.ToLower(w)); d <= bestDistance && (best == "" || d < bestDistance) {
			best, bestDistance = w, d
		}
	}
	return best
}

// distance is how many letters must be added, dropped or changed to get from one
// word to the other.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
