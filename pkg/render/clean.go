package render

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longest is about how many bytes of one value are shown, escapes included. Names
// are far shorter; annotations, which anybody can fill, are not. (And YAML takes
// no key of more than 1024.)
const longest = 512

// Clean makes text from a cluster harmless: control characters, terminal
// escapes, text-direction overrides and broken UTF-8 become visible escapes,
// and what is too long is cut.
func Clean(s string) string {
	if harmless(s) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		if b.Len() >= longest {
			b.WriteString("…")
			break
		}
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// harmless tells whether a text is short and of plain characters only, as nearly all are.
func harmless(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return len(s) <= longest
}

// cleanAll is never nil: programs expect a list, be it empty.
func cleanAll[S ~string](in []S) []string {
	out := make([]string, 0, len(in))
	for _, s := range in {
		out = append(out, Clean(string(s)))
	}
	return out
}

func cleanMap(in map[string]string) map[string]string {
	if in == nil {
		return nil
	}
	out := make(map[string]string, len(in))
	for k, v := range in {
		out[Clean(k)] = Clean(v)
	}
	return out
}
