package release

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// Texts decodes who a record says that it is, and shows what it declares as the texts that
// Helm stored, those of hooks and that of ordinary resources, and the names of hooks. None is
// parsed: a cluster has very many records, and most of them say nothing of what is looked for.
// What is shown is overwritten by the next text.
func (d *Decoder) Texts(payload []byte, show func(text []byte)) (*Body, error) {
	d.show, d.plain = nil, show
	defer func() { d.plain = nil }()
	return d.decode(payload)
}

// hookTexts shows the texts of the next hook.
func (d *Decoder) hookTexts() error {
	return d.scan.object(func(key string) error {
		if key == "manifest" || key == "name" {
			return d.plainText()
		}
		return d.scan.skip()
	})
}

// plainText shows the next text. Texts are not kept, and so each may be as large as all
// that is.
func (d *Decoder) plainText() error {
	raw, err := d.scan.raw(d.limits.Kept)
	switch {
	case err != nil:
		return err
	case string(raw) == "null":
		return nil
	case raw[0] != '"':
		return fmt.Errorf("found %q where a text should be", raw[0])
	}
	text, err := unquote(raw[1 : len(raw)-1])
	if err == nil {
		d.plain(text)
	}
	return err
}

// otherByte stands for an escaped character that is no ASCII.
const otherByte = 0xff

var errEscape = errors.New("has an escape that is none of JSON's")

// unquote resolves the escapes of a JSON string in place. What is no ASCII becomes otherByte
// where it is escaped: names have none of it, but YAML has line ends among it.
func unquote(text []byte) ([]byte, error) {
	out := text[:0]
	for {
		i := bytes.IndexByte(text, '\\')
		if i < 0 {
			return append(out, text...), nil
		}
		out = append(out, text[:i]...)
		if i+1 == len(text) {
			return nil, errEscape
		}
		c, size := text[i+1], 2
		switch c {
		case 'n':
			c = '\n'
		case 't':
			c = '\t'
		case 'r':
			c = '\r'
		case 'b':
			c = '\b'
		case 'f':
			c = '\f'
		case '"', '\\', '/':
		case 'u':
			size = 6
			if i+size > len(text) {
				return nil, errEscape
			}
			code, err := strconv.ParseUint(string(text[i+2:i+size]), 16, 16)
			if err != nil {
				return nil, errEscape
			}
			if c = otherByte; code < 0x80 {
				c = byte(code)
			}
		default:
			return nil, errEscape
		}
		out = append(out, c)
		text = text[i+size:]
	}
}
