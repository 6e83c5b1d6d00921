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
