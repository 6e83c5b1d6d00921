package dump

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// What is shared is equal to what it stands for, however the texts lie.
func TestSharedIsEqual(t *testing.T) {
	s := newShared()
	long := strings.Repeat("x", longestShared)
	for range 2 {
		for i, m := range []map[string]string{
			nil,
			{},
			{"a": "b"},
			{"a": ""},
			{"": "a"},
			{"a": "b", "c": "d"},
			{"a": "bc", "d": ""},
			{"ab": "c", "d": ""},
			{"a": long},
			{long: "a"},
			{long + "x": long + "y"},
			{"a": "b", "c": long},
		} {
			o := snapshot.Object{Kind: fmt.Sprint("Kind", i), Labels: maps.Clone(m), Annotations: maps.Clone(m), Owners: []snapshot.Owner{{Kind: "Job"}}}
			s.object(&o)
			if !maps.Equal(o.Labels, m) || !maps.Equal(o.Annotations, m) || o.Kind != fmt.Sprint("Kind", i) || o.Owners[0].Kind != "Job" {
				t.Errorf("%v became %+v", m, o)
			}
		}
	}
}

// However many differ, what is remembered is bounded.
func TestSharedIsBounded(t *testing.T) {
	s := newShared()
	for i := range maxShared + 100 {
		o := snapshot.Object{Namespace: fmt.Sprint(i), Labels: map[string]string{"i": fmt.Sprint(i)}}
		s.object(&o)
		if o.Namespace != fmt.Sprint(i) || o.Labels["i"] != fmt.Sprint(i) {
			t.Fatalf("number %d became %+v", i, o)
		}
	}
	if len(s.texts) > maxShared || len(s.maps) > maxShared {
		t.Errorf("%d texts and %d maps are remembered", len(s.texts), len(s.maps))
	}
}
