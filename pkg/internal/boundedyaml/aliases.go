// Package boundedyaml keeps YAML from growing beyond all bounds when it is parsed.
package boundedyaml

import (
	"bytes"
	"errors"

	"go.yaml.in/yaml/v2"
)

// maxExpansion is how many times its own length a text may grow by its aliases.
const maxExpansion = 4

// CheckAliases refuses a text whose aliases would make it huge. The parser bounds
// how many values they stand for, and not how long those are: one long string may
// stand in a hundred thousand places.
func CheckAliases(text []byte) error {
	if !bytes.Contains(text, []byte("&")) || !bytes.Contains(text, []byte("*")) {
		return nil
	}
	var v any
	if err := yaml.Unmarshal(text, &v); err != nil {
		return nil //nolint:nilerr // reported when it is parsed for good
	}
	left := maxExpansion * (len(text) + 1<<10)
	if measure(v, &left); left < 0 {
		return errors.New("its YAML aliases make it too large")
	}
	return nil
}

// measure takes what a value would cost as text from left.
func measure(v any, left *int) {
	if *left < 0 {
		return
	}
	switch v := v.(type) {
	case string:
		*left -= len(v)
	case []any:
		for _, e := range v {
			measure(e, left)
		}
	case yaml.MapSlice:
		for _, e := range v {
			measure(e.Key, left)
			measure(e.Value, left)
		}
	case map[any]any:
		for k, e := range v {
			measure(k, left)
			measure(e, left)
		}
	}
	*left--
}
