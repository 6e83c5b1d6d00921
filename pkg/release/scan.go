package release

import (
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
	text   windows
	window []byte // of which pos bytes are consumed
	pos    int

	capturing bool
	captured  []byte
	limit     int // of captured, in bytes
	open      []byte
}

// windows is a text that comes in parts. Next returns the next part, which is something
// unless there is an error, and valid until the next call.
type windows interface{ Next() ([]byte, error) }

const (
	maxDepth = 10_000 // as encoding/json
	maxKey   = 1 << 10
)

var (
	errTooLarge = errors.New("is larger than the limit")
	// errEnd is a clean end of the text; a cut compressed stream is another error.
	errEnd = fmt.Errorf("ends too soon: %w", io.ErrUnexpectedEOF)
)

func (s *scanner) reset(text windows) {
	s.text, s.window, s.pos, s.capturing = text, nil, 0, false
}

// fill gets the next window. It is called when all of the last one is consumed.
func (s *scanner) fill() error {
	window, err := s.text.Next()
	s.window, s.pos = window, 0
	if errors.Is(err, io.EOF) {
		return errEnd
	}
	return err
}

// take consumes n bytes of the window, and keeps them while capturing.
func (s *scanner) take(n int) error {
	if s.capturing {
		if len(s.captured)+n > s.limit {
			return errTooLarge
		}
		s.captured = append(s.captured, s.window[s.pos:s.pos+n]...)
	}
	s.pos += n
	return nil
}

// peek passes over white space and returns the next byte without consuming it.
func (s *scanner) peek() (byte, error) {
	for {
		for s.pos < len(s.window) {
			switch c := s.window[s.pos]; c {
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
