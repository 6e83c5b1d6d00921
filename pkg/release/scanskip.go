package release

import (
	"bytes"
	"fmt"
)

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
		if s.pos == len(s.window) {
			if err := s.fill(); err != nil {
				return err
			}
		}
		window := s.window[s.pos:]
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
		n := plainBytes(s.window[s.pos:])
		if err := s.take(n); err != nil {
			return err
		}
		if s.pos == len(s.window) {
			if err := s.fill(); err != nil {
				return err
			}
			continue
		}
		c := s.window[s.pos]
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
		for s.pos < len(s.window) {
			switch c := s.window[s.pos]; {
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
