package release

import (
	"regexp"
	"slices"
	"strings"
)

// cutHead cuts a manifest down to the top-level keys that matter here, since
// parsing YAML costs a hundred times the text's memory, and specs are most of it.
// It understands plain block style, as charts are written, and returns false for
// whatever it is not sure about: that is parsed in full.
func cutHead(manifest string) (string, bool) {
	var head strings.Builder
	seen := make(map[string]bool)
	keep := false
	for line := range strings.Lines(manifest) {
		text := strings.TrimRight(line, "\r\n")
		switch {
		case strings.TrimLeft(text, " ") == "":
			// white space matters inside a scalar only
		case text[0] == ' ':
			if len(seen) == 0 {
				return "", false // the top level is indented
			}
		case text[0] == '#':
			continue
		case strings.HasPrefix(text, "---"):
			if len(seen) > 0 || strings.Trim(text, "- ") != "" {
				return "", false
			}
			continue
		case text == "-" || strings.HasPrefix(text, "- "):
			if len(seen) == 0 {
				return "", false
			}
		default:
			m := topLevelKey.FindStringSubmatch(text)
			// A key that is there twice may be text inside a quoted scalar.
			if m == nil || seen[m[1]] {
				return "", false
			}
			seen[m[1]] = true
			i := slices.IndexFunc(headKeys(), func(k string) bool { return strings.EqualFold(k, m[1]) })
			if keep = i >= 0; keep && m[1] != headKeys()[i] {
				return "", false // encoding/json would take it for the key all the same
			}
		}
		if keep {
			head.WriteString(line)
		}
	}
	return head.String(), seen["kind"] && seen["metadata"]
}

func headKeys() []string { return []string{"apiVersion", "kind", "metadata", "items"} }

var topLevelKey = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9_]*):(?: .*)?$`)

// maxNodes bounds how many YAML nodes a text is parsed for; each takes some 300
// bytes. A hook's metadata has a few dozen.
const maxNodes = 32_000

// nodes is at least how many YAML nodes a text has: each begins after one of
// these characters.
func nodes(text string) int {
	n := 1
	for i := range len(text) {
		switch text[i] {
		case '\n', ',', ':', '[', '{', '-', '?':
			n++
		}
	}
	return n
}
