package cluster

import (
	"hash/maphash"
	"maps"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// maxShared is how many maps are remembered at a time.
const maxShared = 1024

// sharedMaps lets objects that come one after the other share labels and annotations
// that are alike: those of a chart's hooks mostly are, and a map takes more memory than
// all else that is known of an object.
type sharedMaps map[uint64]map[string]string

// share has an object use maps that were seen before. Nobody may write to them.
func (s *sharedMaps) share(o *snapshot.Object, seed maphash.Seed) {
	o.Labels = s.shared(o.Labels, seed)
	o.Annotations = s.shared(o.Annotations, seed)
}

func (s *sharedMaps) shared(m map[string]string, seed maphash.Seed) map[string]string {
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
	if *s == nil || len(*s) >= maxShared {
		*s = make(sharedMaps)
	}
	(*s)[sum] = m
	return m
}
