package dump

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// maxYAML is how large one object in YAML may be. Parsing takes up to a hundred
// times the text's memory, so it is less than in JSON.
const maxYAML = 4 << 20

// chunk is a part of a YAML text, and the line that it begins with.
type chunk struct {
	text  []byte
	first int
}

func (c *chunk) add(line []byte, number int) error {
	if len(c.text) == 0 {
		c.first = number
	}
	if len(c.text)+len(line) > maxYAML {
		return fmt.Errorf("what begins in line %d is %w of %d MiB for YAML: use -o json", c.first, errTooLarge, maxYAML>>20)
	}
	c.text = append(c.text, line...)
	return nil
}

func (c *chunk) reset() { c.text = c.text[:0] }

// lines reads a text line by line.
type lines struct {
	in     *bufio.Reader
	buf    []byte
	number int
}

// next returns a line with its end; the line is valid until the next call.
func (l *lines) next() ([]byte, error) {
	l.number++
	l.buf = l.buf[:0]
	for {
		part, err := l.in.ReadSlice('\n')
		if len(l.buf)+len(part) > maxYAML {
			return nil, fmt.Errorf("line %d is %w of %d MiB for YAML: use -o json", l.number, errTooLarge, maxYAML>>20)
		}
		l.buf = append(l.buf, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(l.buf) > 0:
			return l.buf, nil
		default:
			return l.buf, err
		}
	}
}

// bare is a line without its end and without a comment at its end.
func bare(line []byte) []byte {
	if i := bytes.Index(line, []byte(" #")); i >= 0 {
		line = line[:i]
	}
	return bytes.TrimRight(line, " \t\r\n")
}

// empty tells whether a line holds nothing but space or a comment.
func empty(line []byte) bool {
	text := bytes.TrimLeft(line, " \t\r\n")
	return len(text) == 0 || text[0] == '#'
}

func indent(line []byte) int { return len(line) - len(bytes.TrimLeft(line, " ")) }

// isDash tells whether the line begins an element of a list at the indentation.
func isDash(line []byte, at int) bool {
	return indent(line) == at && len(line) > at && line[at] == '-' &&
		(len(line) == at+1 || bytes.IndexByte([]byte(" \t\r\n"), line[at+1]) >= 0)
}

// marker tells whether a line begins with --- or ..., and returns what follows.
func marker(line []byte, mark string) ([]byte, bool) {
	rest, ok := bytes.CutPrefix(line, []byte(mark))
	if !ok || (len(rest) > 0 && bytes.IndexByte([]byte(" \t\r\n"), rest[0]) < 0) {
		return nil, false
	}
	return rest, true
}
