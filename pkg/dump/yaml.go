package dump

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"

	"sigs.k8s.io/yaml"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/internal/boundedyaml"
)

// yamlReader reads YAML documents. A List as kubectl writes it is cut into its
// items before any of it is parsed: "items:" at the beginning of a line, then
// elements of one indentation. Nothing inside an element can be indented less, so
// the cuts are where YAML's own would be.
type yamlReader struct {
	lines lines
	c     *collector
	state yamlState
	// rest is the document without the items that were cut out.
	rest chunk
	item chunk
	list *list
	at   int // indentation of the items
	docs int
}

type yamlState int

const (
	outside yamlState = iota // of items
	before                   // the first item
	inside                   // items
	after                    // items: there is one list in a document
)

func readYAML(in *bufio.Reader, c *collector) error {
	y := &yamlReader{lines: lines{in: in}, c: c, list: newList(c)}
	for {
		line, err := y.lines.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := y.take(line); err != nil {
			return err
		}
	}
	if err := y.endDocument(); err != nil {
		return err
	}
	if y.docs == 0 {
		return errEmpty
	}
	return nil
}

func (y *yamlReader) take(line []byte) error {
	if rest, ok := marker(line, "---"); ok {
		if err := y.endDocument(); err != nil {
			return err
		}
		line = append([]byte("   "), rest...)
	}
	if _, ok := marker(line, "..."); ok {
		return y.endDocument()
	}
	switch {
	case y.state == outside && line[0] == '%' && len(y.rest.text) == 0:
		return nil // a directive
	case y.state == outside && string(bare(line)) == "items:":
		y.state = before
		return nil
	case y.state == before && !empty(line):
		return y.takeFirst(line)
	case y.state == inside:
		return y.takeItem(line)
	case y.state == before, len(y.rest.text) == 0 && empty(line):
		return nil
	default:
		return y.rest.add(line, y.lines.number)
	}
}

// takeFirst takes the first line after "items:" that says something.
func (y *yamlReader) takeFirst(line []byte) error {
	if y.at = indent(line); !isDash(line, y.at) {
		y.state = after
		if err := y.rest.add([]byte("items:\n"), y.lines.number-1); err != nil {
			return err
		}
		return y.rest.add(line, y.lines.number)
	}
	y.state, y.list.begun = inside, true
	var head object // what has come of it: perhaps the kind of a typed list
	if err := parseYAML(&y.rest, &head); err != nil {
		return err
	}
	if isOurs(head.APIVersion) {
		return notSnapshot(head.APIVersion, head.Kind)
	}
	y.list.typed(head.APIVersion, head.Kind)
	return y.takeItem(line)
}

func (y *yamlReader) takeItem(line []byte) error {
	switch {
	case isDash(line, y.at):
		if err := y.endItem(); err != nil {
			return err
		}
		line[y.at] = ' ' // the element is now a document by itself
	case !empty(line) && indent(line) <= y.at:
		y.state = after
		if err := y.endItem(); err != nil {
			return err
		}
		return y.rest.add(line, y.lines.number)
	}
	return y.item.add(line, y.lines.number)
}

// endItem reads the element that has come to its end, if one has.
func (y *yamlReader) endItem() error {
	if len(y.item.text) == 0 {
		return nil
	}
	o := new(object)
	err := parseYAML(&y.item, o)
	if err == nil {
		err = y.list.item(o)
	}
	if err != nil {
		return fmt.Errorf("item %d (line %d): %w", y.list.count, y.item.first, err)
	}
	y.list.count++
	y.item.reset()
	return nil
}

func (y *yamlReader) endDocument() error {
	if err := y.endItem(); err != nil {
		return err
	}
	defer func() {
		y.rest.reset()
		y.state, y.list = outside, newList(y.c)
	}()
	if y.state == before { // "items:" was the last line
		if err := y.rest.add([]byte("items:\n"), y.lines.number); err != nil {
			return err
		}
	}
	if !y.list.begun {
		return y.whole()
	}
	y.docs++
	var o object
	if err := parseYAML(&y.rest, &o); err != nil {
		return err
	}
	if o.Items != nil {
		return fmt.Errorf("the document of line %d has items twice", y.rest.first)
	}
	return y.list.end(&o)
}

// whole reads a document that was not cut. It is read as if it had been JSON.
func (y *yamlReader) whole() error {
	text, err := toJSON(&y.rest)
	if err != nil || text == nil {
		return err
	}
	y.docs++
	r := &jsonReader{c: y.c, meter: meter{r: bytes.NewReader(text)}}
	r.dec = json.NewDecoder(&r.meter)
	t, err := r.token()
	switch {
	case err != nil:
	case t == json.Delim('{'):
		err = r.document()
	case t == json.Delim('['):
		err = r.items(newList(y.c))
	default:
		err = fmt.Errorf("found %s where an object should be: neither JSON nor YAML of kubectl", nameOf(t))
	}
	if err != nil {
		return fmt.Errorf("the document of line %d: %w", y.rest.first, err)
	}
	return nil
}

func parseYAML(c *chunk, into *object) error {
	text, err := toJSON(c)
	if err != nil || text == nil {
		return err
	}
	return wrongType(json.Unmarshal(text, into))
}

var yamlLine = regexp.MustCompile(`\byaml: line (\d+)`)

// toJSON turns YAML into JSON, and null into nothing. Errors say where, and not
// what, since the text may hold a password.
func toJSON(c *chunk) ([]byte, error) {
	if err := boundedyaml.CheckAliases(c.text); err != nil {
		return nil, fmt.Errorf("the document of line %d: %w", c.first, err)
	}
	text, err := yaml.YAMLToJSON(c.text)
	if err == nil {
		if string(bytes.TrimSpace(text)) == "null" {
			return nil, nil
		}
		return text, nil
	}
	line := c.first
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil && n > 0 {
			line += n - 1
		}
	}
	return nil, fmt.Errorf("not YAML near line %d", line)
}
