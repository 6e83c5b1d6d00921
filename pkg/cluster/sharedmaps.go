package cluster

import (
	"hash/maphash"
	"maps"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// maxShared is how many maps of a list are remembered at a time.
const maxShared = 1024

// sharedMaps lets objects that come one after the other share labels and annotations
// that are alike: those of a chart's hooks mostly are, and a map takes more memory than
// all else that is known of an object.
type sharedMaps map[uint64]map[string]string

// share has an object use maps that were seen before, of which it remembers so many. Nobody
// may write to them.
func (s *sharedMaps) share(o *snapshot.Object, seed maphash.Seed, most int) {
	o.Labels = s.shared(o.Labels, seed, most)
	o.Annotations = s.shared(o.Annotations, seed, most)
}

func (s *sharedMaps) shared(m map[string]string, seed maphash.Seed, most int) map[string]string {
	if len(m) == 0 {
		return nil
	}
	var sum uint64 // of all entries, in any order
	for key, value := range m {
		sum += maphash.Comparable(seed, [2]string{key, value})
	}
	if known, ok := (*s)[sum]; ok && maps.Equal(known, m) {
		return known
	}
	if *s == nil || len(*s) >= most {
		*s = make(sharedMaps)
	}
	(*s)[sum] = m
	return m
}

// shareTexts has an object use the texts of the one before it in a list, where they are the
// same.
func shareTexts(o, before *snapshot.Object) {
	if o.APIVersion == before.APIVersion {
		o.APIVersion = before.APIVersion
	}
	if o.Namespace == before.Namespace {
		o.Namespace = before.Namespace
	}
	if o.Author == before.Author {
		o.Author = before.Author
	}
}
