package dump

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

const (
	// maxShared bounds how many texts, and how many maps, are remembered to be shared.
	maxShared = 1 << 16
	// longestShared is how long a text may be to be remembered. Longer ones are hardly
	// ever alike.
	longestShared = 256
)

// shared has objects that say the same share the memory for it: kinds, namespaces,
// labels and annotations are those of many, and a decoder makes them anew for each.
type shared struct {
	texts map[string]string
	maps  map[string]map[string]string
	key   strings.Builder
	names []string
}

func newShared() *shared {
	return &shared{texts: make(map[string]string), maps: make(map[string]map[string]string)}
}

// object makes an object share what it has in common with others. Its maps may not be
// written to.
func (s *shared) object(o *snapshot.Object) {
	for _, text := range []*string{&o.APIVersion, &o.Kind, &o.Namespace, &o.GenerateName, &o.Author} {
		*text = s.text(*text)
	}
	for i := range o.Owners {
		o.Owners[i].Kind = s.text(o.Owners[i].Kind)
	}
	o.Labels, o.Annotations = s.pairs(o.Labels), s.pairs(o.Annotations)
}

func (s *shared) text(text string) string {
	if known, ok := s.texts[text]; ok || len(text) > longestShared {
		return cmp.Or(known, text)
	}
	if len(s.texts) < maxShared {
		s.texts[text] = text
	}
	return text
}

// pairs is an equal map. Keys and values cannot hold what stands between them here: it
// is no UTF-8, and JSON decodes to nothing else.
func (s *shared) pairs(m map[string]string) map[string]string {
	if len(m) == 0 {
		return m
	}
	s.names = slices.AppendSeq(s.names[:0], maps.Keys(m))
	slices.Sort(s.names)
	s.key.Reset()
	for _, name := range s.names {
		if s.key.Len()+len(name)+len(m[name]) > longestShared {
			return s.texted(m)
		}
		s.key.WriteString(name)
		s.key.WriteByte(0xff)
		s.key.WriteString(m[name])
		s.key.WriteByte(0xff)
	}
	key := s.key.String()
	if known, ok := s.maps[key]; ok {
		return known
	}
	m = s.texted(m)
	if len(s.maps) < maxShared {
		s.maps[key] = m
	}
	return m
}

// texted is a map of the same texts, as tight as can be.
func (s *shared) texted(m map[string]string) map[string]string {
	tight := make(map[string]string, len(m))
	for name, value := range m {
		tight[s.text(name)] = s.text(value)
	}
	return tight
}
