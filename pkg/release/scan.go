package release

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// scanner walks a JSON text as it arrives. What nobody asks for is passed over
// without being built: inflating a record costs more than this does.
//
// A skipped value is checked for balanced brackets and closed strings only;
// what is captured is given to encoding/json, which checks it in full.
type scanner struct {
	r        io.Reader
	buf      []byte
	pos, end int

	capturing bool
	captured  []byte
	limit     int // of captured, in bytes
	open      []byte
}

const (
	scanBuffer = 32 << 10
	maxDepth   = 10_000 // as encoding/json
	maxKey     = 1 << 10
)

var (
	errTooLarge = errors.New("is larger than the limit")
	// errEnd is a clean end of the text; a cut compressed stream is another error.
	errEnd = fmt.Errorf("ends too soon: %w", io.ErrUnexpectedEOF)
)

func (s *scanner) reset(r io.Reader) {
	s.r, s.pos, s.end, s.capturing = r, 0, 0, false
	if s.buf == nil {
		s.buf = make([]byte, scanBuffer)
	}
}

// fill reads the next window. It is called when all of the last one is consumed.
func (s *scanner) fill() error {
	for {
		n, err := s.r.Read(s.buf)
		if n > 0 {
			s.pos, s.end = 0, n
			return nil
		}
		if err == io.EOF {
			return errEnd
		}
		if err != nil {
			return err
		}
	}
}

// take consumes n bytes of the window, and keeps them while capturing.
func (s *scanner) take(n int) error {
	if s.capturing {
		if len(s.captured)+n > s.limit {
			return errTooLarge
		}
		s.captured = append(s.captured, s.buf[s.pos:s.pos+n]...)
	}
	s.pos += n
	return nil
}

// peek passes over white space and returns the next byte without consuming it.
func (s *scanner) peek() (byte, error) {
	for {
		for s.pos < s.end {
			switch c := s.buf[s.pos]; c {
			case ' ', '\t', '\r', '\n':
				s.pos++
			default:
				return c, nil
			}
		}
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
}

// expect consumes the byte want.
func (s *scanner) expect(want byte) error {
	c, err := s.peek()
	if err != nil {
		return err
	}
	if c != want {
		return fmt.Errorf("found %q where %q should be", c, want)
	}
	return s.take(1)
}

// object calls field for each key; field must consume exactly the value. A null
// counts as an object without keys.
func (s *scanner) object(field func(key string) error) error {
	return s.list('{', '}', func() error {
		key, err := s.key()
		if err != nil {
			return err
		}
		if err := s.expect(':'); err != nil {
			return err
		}
		return field(key)
	})
}

// array calls item for each element; item must consume exactly the element. A
// null counts as an empty array.
func (s *scanner) array(item func() error) error {
	return s.list('[', ']', item)
}

func (s *scanner) list(opening, closing byte, item func() error) error {
	c, err := s.peek()
	if err != nil {
		return err
	}
	if c == 'n' {
		return s.null()
	}
	if err := s.expect(opening); err != nil {
		return err
	}
	if c, err = s.peek(); err != nil {
		return err
	}
	if c == closing {
		return s.take(1)
	}
	for {
		if err := item(); err != nil {
			return err
		}
		if c, err = s.peek(); err != nil {
			return err
		}
		if c == closing {
			return s.take(1)
		}
		if err := s.expect(','); err != nil {
			return err
		}
	}
}

// null consumes a null, and nothing that only begins like one.
func (s *scanner) null() error {
	raw, err := s.raw(maxKey)
	if err != nil {
		return err
	}
	if string(raw) != "null" {
		return fmt.Errorf("found '%s' where null should be", raw)
	}
	return nil
}

// key reads a key and lowers its case, since encoding/json, and so Helm, takes
// keys in any case, the long s of Unicode included.
func (s *scanner) key() (string, error) {
	raw, err := s.raw(maxKey)
	if err != nil {
		return "", err
	}
	var key string
	if err := unmarshal(raw, &key); err != nil {
		return "", err
	}
	return strings.ReplaceAll(strings.ToLower(key), "\u017f", "s"), nil
}

// raw consumes a value and returns its text, at most limit bytes. The text is
// valid until the next call.
func (s *scanner) raw(limit int) ([]byte, error) {
	if _, err := s.peek(); err != nil {
		return nil, err
	}
	s.capturing, s.captured, s.limit = true, s.captured[:0], limit
	err := s.skip()
	s.capturing = false
	return s.captured, err
}

// skip consumes a value of any kind.
func (s *scanner) skip() error {
	c, err := s.peek()
	if err != nil {
		return err
	}
	switch c {
	case '"':
		return s.skipString()
	case '{', '[':
		return s.skipNested()
	case ',', ':', '}', ']':
		return fmt.Errorf("found %q where a value should be", c)
	default:
		return s.skipScalar()
	}
}

func (s *scanner) skipString() error {
	if err := s.take(1); err != nil { // the opening quote
		return err
	}
	return s.finishString()
}

// finishString consumes the rest of a string. A quote ends it unless an odd
// number of backslashes stands before it.
func (s *scanner) finishString() error {
	escaped := false // by a backslash that ended the part before
	for {
		if s.pos == s.end {
			if err := s.fill(); err != nil {
				return err
			}
		}
		window := s.buf[s.pos:s.end]
		i := bytes.IndexByte(window, '"')
		part := window
		if i >= 0 {
			part = window[:i]
		}
		escaped = oddBackslashes(part, escaped)
		if i < 0 {
			if err := s.take(len(window)); err != nil {
				return err
			}
			continue
		}
		if err := s.take(i + 1); err != nil {
			return err
		}
		if !escaped {
			return nil
		}
		escaped = false
	}
}

// oddBackslashes tells whether what follows part is escaped, given whether
// part's own first byte was.
func oddBackslashes(part []byte, escaped bool) bool {
	n := len(part)
	for n > 0 && part[n-1] == '\\' {
		n--
	}
	odd := (len(part)-n)%2 == 1
	if n == 0 {
		return odd != escaped
	}
	return odd
}

// skipNested consumes an object or array without recursion.
func (s *scanner) skipNested() error {
	s.open = s.open[:0]
	for {
		n := plainBytes(s.buf[s.pos:s.end])
		if err := s.take(n); err != nil {
			return err
		}
		if s.pos == s.end {
			if err := s.fill(); err != nil {
				return err
			}
			continue
		}
		c := s.buf[s.pos]
		if c == '"' {
			if err := s.skipString(); err != nil {
				return err
			}
			continue
		}
		if err := s.take(1); err != nil {
			return err
		}
		if err := s.nest(c); err != nil || len(s.open) == 0 {
			return err
		}
	}
}

// plainBytes counts the bytes before the first quote or bracket.
func plainBytes(window []byte) int {
	for i, c := range window {
		switch c {
		case '"', '{', '}', '[', ']':
			return i
		}
	}
	return len(window)
}

func (s *scanner) nest(c byte) error {
	switch c {
	case '{', '[':
		if len(s.open) == maxDepth {
			return fmt.Errorf("is nested deeper than %d levels", maxDepth)
		}
		s.open = append(s.open, c+2) // '{'+2 is '}', '['+2 is ']'
	default:
		if last := len(s.open) - 1; s.open[last] == c {
			s.open = s.open[:last]
		} else {
			return fmt.Errorf("found %q where %q should be", c, s.open[last])
		}
	}
	return nil
}

// skipScalar consumes a number, true, false or null.
func (s *scanner) skipScalar() error {
	for started := false; ; {
		for s.pos < s.end {
			switch c := s.buf[s.pos]; {
			case isScalar(c):
				started = true
			case started:
				return nil
			default:
				return fmt.Errorf("found %q where a value should be", c)
			}
			if err := s.take(1); err != nil {
				return err
			}
		}
		if err := s.fill(); err != nil {
			return err
		}
	}
}

func isScalar(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c == '-' || c == '+' || c == '.' || c == 'E'
}

// finish checks that nothing follows but white space, and reads to the end, so that
// the checksum of a compressed text is verified.
func (s *scanner) finish() error {
	c, err := s.peek()
	if errors.Is(err, errEnd) {
		return nil
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("found %q after the end", c)
}
