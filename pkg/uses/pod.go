package uses

import "strings"

// template takes in a pod: of its own, or one that the object makes.
func (f *Facts) template(path string, object map[string]any) {
	pod := any(object)
	if path != "" {
		pod = nil
		each("", object, strings.Split(path, "."), func(_ string, v any) { pod = v })
	}
	f.Labels = texts(dict(dict(pod)["metadata"])["labels"])
	spec, at := dict(dict(pod)["spec"]), join(path, "spec")
	for _, r := range podRules() {
		f.apply(r, at, spec)
	}
	for _, c := range containers() {
		for _, p := range []string{".command[]", ".args[]", ".env[].value"} {
			f.words(at, spec, c+p)
		}
	}
}

// words takes in the words of all texts that a path leads to.
func (f *Facts) words(at string, spec map[string]any, path string) {
	var b strings.Builder
	seen := make(map[string]bool)
	field := ""
	size := 0
	for _, t := range f.Texts {
		size += len(t.Words)
	}
	each(at, spec, strings.Split(path, "."), func(found string, v any) {
		field = found
		for word := range strings.FieldsFuncSeq(text(v), func(r rune) bool { return !isNameRune(r) }) {
			switch {
			case seen[word] || strings.Trim(word, "-._:") == "":
			case size+b.Len()+len(word) >= maxText:
				f.Cut = true
			default:
				seen[word] = true
				b.WriteString(word)
				b.WriteByte(' ')
			}
		}
	})
	if b.Len() > 0 {
		f.Texts = append(f.Texts, Text{Field: field, Words: b.String()})
	}
}

// isNameRune tells whether a character may be in a name: those of RBAC may hold
// colons, and capital letters.
func isNameRune(r rune) bool { return r == '.' || r == ':' || isWordRune(r) }

// isWordRune tells whether a character belongs to the word before it: a dot does
// not, since it separates a name from its domain.
func isWordRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r == '-' || r == '_'
}

// names are names to look for in texts, by their first word.
type names map[string][]string

func (n names) add(name string) {
	first := firstWord(name)
	if first == "" {
		return // of no API server
	}
	for _, known := range n[first] {
		if known == name {
			return
		}
	}
	n[first] = append(n[first], name)
}

// firstWord goes byte by byte, which is enough: no part of a longer character is a word's.
func firstWord(s string) string {
	i := 0
	for i < len(s) && isWordRune(rune(s[i])) {
		i++
	}
	return s[:i]
}

// fromWord is a text from its first word on.
func fromWord(s string) string {
	i := 0
	for i < len(s) && !isWordRune(rune(s[i])) {
		i++
	}
	return s[i:]
}

// in calls found for each name that a text mentions as a whole word.
func (n names) in(words string, found func(name string)) {
	for len(n) > 0 && len(words) > 0 {
		first := firstWord(words)
		for _, name := range n[first] {
			if strings.HasPrefix(words, name) && firstWord(words[len(name):]) == "" {
				found(name)
			}
		}
		words = fromWord(words[len(first):])
	}
}
