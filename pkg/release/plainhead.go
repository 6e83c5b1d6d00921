package release

import "strings"

// plainHead reads what cutHead has cut, if it is written as most charts write it: block
// style, one key a line, and scalars that YAML cannot take for anything but themselves. It
// returns false for whatever it is not sure about. Parsing YAML takes many times as long,
// and a cluster has thousands of hooks.
func plainHead(text string) (manifestHead, bool) {
	p := plainReader{top: make(map[string]bool), metadata: make(map[string]bool)}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		rest := strings.TrimLeft(line, " ")
		if rest == "" || rest[0] == '#' && isASCII(rest) {
			continue
		}
		key, value, ok := plainEntry(rest)
		if !ok || !p.take(len(line)-len(rest), key, value) {
			return manifestHead{}, false
		}
	}
	return p.head, true
}

// plainReader is where plainHead has come to.
type plainReader struct {
	head          manifestHead
	top, metadata map[string]bool // the keys that have been
	in            string          // the key of the metadata whose entries follow
	inside        bool            // the metadata
}

// take takes in an entry, and returns false if it means nothing here.
func (p *plainReader) take(indent int, key, value string) bool {
	switch {
	case indent == 0 && !p.top[key]:
		p.top[key] = true
		p.inside, p.in = key == "metadata", ""
		return p.inside && value == "" || set(value, p.topLevel(key))
	case indent == 2 && p.inside && !p.metadata[key]:
		p.metadata[key] = true
		p.in = ""
		if (key == "annotations" || key == "labels") && value == "" {
			p.in = key
			return true
		}
		return set(value, p.ofMetadata(key))
	case indent == 4 && p.in == "labels":
		return value != ""
	case indent == 4 && p.in == "annotations" && value != "":
		if p.head.Metadata.Annotations == nil {
			p.head.Metadata.Annotations = make(map[string]string)
		}
		_, twice := p.head.Metadata.Annotations[key]
		p.head.Metadata.Annotations[key] = value
		return !twice
	default:
		return false
	}
}

func (p *plainReader) topLevel(key string) *string {
	switch key {
	case "apiVersion":
		return &p.head.APIVersion
	case "kind":
		return &p.head.Kind
	default:
		return nil
	}
}

func (p *plainReader) ofMetadata(key string) *string {
	switch key {
	case "name":
		return &p.head.Metadata.Name
	case "namespace":
		return &p.head.Metadata.Namespace
	case "generateName":
		return &p.head.Metadata.GenerateName
	default:
		return nil
	}
}

// set puts a value into place, if there is one, and a place for it.
func set(value string, into *string) bool {
	if value == "" || into == nil {
		return false
	}
	*into = value
	return true
}

// plainEntry reads `key: value`, or `key:` without one.
func plainEntry(line string) (key, value string, ok bool) {
	key, rest, found := strings.Cut(line, ":")
	if !found || !isPlain(key) || len(key) > maxKey/4 {
		return "", "", false
	}
	if rest == "" {
		return key, "", true
	}
	value, spaced := strings.CutPrefix(rest, " ")
	if !spaced {
		return "", "", false
	}
	if n := len(value); n > 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
		inner := value[1 : n-1]
		return key, inner, isQuotable(inner)
	}
	return key, value, isPlain(value)
}

// isQuotable tells whether a text means itself between quotes of either kind.
func isQuotable(text string) bool { return isASCII(text) && !strings.ContainsAny(text, "\"'\\") }

// isASCII tells whether a text has printable ASCII only: YAML has more line ends than one.
func isASCII(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// isPlain tells whether a text without quotes is a string to every version of YAML: words
// such as no, and what begins like a number, are not.
func isPlain(text string) bool {
	if text == "" || !isLetter(text[0]) {
		return false
	}
	for i := range len(text) {
		switch c := text[i]; {
		case isLetter(c), c >= '0' && c <= '9', c == '-', c == '_', c == '.', c == '/', c == ',':
		default:
			return false
		}
	}
	switch strings.ToLower(text) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null":
		return false
	}
	return true
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
