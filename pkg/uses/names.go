package uses

import "strings"

// isNameRune tells whether a character may be in a name: those of RBAC may hold
// colons, and capital letters.
func isNameRune(r rune) bool { return isSeparator(r) || isWordRune(r) }

// isWordRune tells whether a character belongs to the word before it.
func isWordRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r == '-' || r == '_'
}

// isSeparator tells whether a character separates the words of a name, as a dot does a
// name and its domain.
func isSeparator(r rune) bool { return r == '.' || r == ':' }

// names are names to look for in texts.
type names struct {
	all    map[string]bool
	starts map[string]bool // of those with several words, up to each but the last
}

func newNames() *names { return &names{all: make(map[string]bool), starts: make(map[string]bool)} }

// maxWords is how many words a name may have: so many looks are taken at each word of a text.
const maxWords = 12

// add adds a name. It returns false for one that is not found by its words: there are
// other characters in it, as RBAC allows, no word at one of its ends, or too many.
func (n *names) add(name string) bool {
	words, rest := 0, name
	var starts []string
	for rest != "" {
		word := firstWord(rest)
		if word == "" {
			return false
		}
		words++
		rest = rest[len(word):]
		if rest == "" {
			break
		}
		if !isSeparator(rune(rest[0])) || words == maxWords {
			return false
		}
		starts = append(starts, name[:len(name)-len(rest)])
		if rest = rest[1:]; rest == "" {
			return false
		}
	}
	if words == 0 {
		return false // of no API server
	}
	n.all[name] = true
	for _, start := range starts {
		n.starts[start] = true
	}
	return true
}

// in calls found for each name that a text mentions as whole words.
func (n *names) in(text string, found func(name string)) {
	for text = fromWord(text); text != ""; {
		first := len(firstWord(text))
		for end := first; ; {
			if n.all[text[:end]] {
				found(text[:end])
			}
			if end+1 >= len(text) || !isSeparator(rune(text[end])) || !n.starts[text[:end]] {
				break
			}
			next := len(firstWord(text[end+1:]))
			if next == 0 {
				break
			}
			end += 1 + next
		}
		text = fromWord(text[first:])
	}
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

// mayHide tells whether a text has an escape or a tag, by which YAML can write a name in
// other characters.
func mayHide(text string) bool { return strings.Contains(text, `\`) || isTagged(text) }

// isTagged tells whether a text may have a tag by which YAML holds it as base64: !!binary,
// or what is written so that it may be this.
func isTagged(text string) bool {
	for {
		i := strings.IndexByte(text, '!')
		if i < 0 {
			return false
		}
		text = text[i:]
		end := strings.IndexFunc(text, func(r rune) bool { return !isNameRune(r) && !strings.ContainsRune("!/,", r) })
		if end < 0 {
			end = len(text)
		}
		if strings.Contains(text[:end], "binary") || end < len(text) && (text[end] == '<' || text[end] == '%') {
			return true
		}
		text = text[end:]
	}
}

// hidesNames tells whether a text has an escape that stands for a character of a name, or
// one that joins what stands on two lines. It is exact where mayHide is quick.
func hidesNames(text string) bool {
	if isTagged(text) {
		return true
	}
	for at := 0; ; {
		i := strings.IndexByte(text[at:], '\\')
		if i < 0 || at+i+1 == len(text) {
			return false
		}
		i += at
		switch c := text[i+1]; {
		case c == 'x', c == 'u', c == 'U':
			return true
		case c == '\n', c == '\r', c >= 0x80: // a line's end; a name goes on if it is right before that
			if i > 0 && isNameRune(rune(text[i-1])) {
				return true
			}
		}
		at = i + 2
	}
}

// unescaped is a text with blanks for each escape. The letter of an escape is no part of
// the word behind it.
func unescaped(text string) string {
	b := []byte(text)
	for i := 0; i+1 < len(b); i++ {
		if b[i] == '\\' {
			b[i], b[i+1] = ' ', ' '
			i++
		}
	}
	return string(b)
}
