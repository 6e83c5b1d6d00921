package snapshot_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

func TestListed(t *testing.T) {
	for _, tt := range []struct {
		namespaces []string
		namespace  string
		want       bool
	}{
		{nil, "shop", true},
		{nil, "", true},
		{[]string{"shop"}, "shop", true},
		{[]string{"shop"}, "desk", false},
		{[]string{"shop"}, "", true},
		{[]string{}, "shop", false},
	} {
		s := snapshot.Snapshot{Namespaces: tt.namespaces}
		if got := s.Listed(tt.namespace); got != tt.want {
			t.Errorf("of %v, %q is listed: %v, want %v", tt.namespaces, tt.namespace, got, tt.want)
		}
	}
}

func TestRestrict(t *testing.T) {
	id := func(ns string) snapshot.RecordID {
		return snapshot.RecordID{Release: snapshot.ReleaseID{Driver: snapshot.Secrets, Namespace: ns, Name: "a"}, Revision: 1}
	}
	s := snapshot.Snapshot{
		RecordsEverywhere: true,
		Objects:           []snapshot.Object{{Name: "a", Namespace: "shop"}, {Name: "b", Namespace: "desk"}, {Name: "c"}},
		Records:           []snapshot.Record{{RecordID: id("desk")}, {RecordID: id("shop")}},
		Gaps:              []snapshot.Gap{{What: "a", Namespace: "shop"}, {What: "b", Namespace: "desk"}, {What: "c"}},
		Missing:           []snapshot.Missing{{Kind: "Job", Namespace: "desk", Name: "b"}},
	}
	s.Restrict("shop")
	want := snapshot.Snapshot{
		Namespace: "shop", Namespaces: []string{"shop"},
		Objects: []snapshot.Object{{Name: "a", Namespace: "shop"}, {Name: "c"}},
		Records: []snapshot.Record{{RecordID: id("shop")}},
		Gaps:    []snapshot.Gap{{What: "a", Namespace: "shop"}, {What: "c"}},
	}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Errorf("restricted to shop (-want +got):\n%s", diff)
	}
	s.Restrict("desk")
	if s.Listed("desk") || len(s.Objects) != 1 || len(s.Records) != 0 {
		t.Errorf("restricted to what it does not hold: %+v", s)
	}
}

func TestHides(t *testing.T) {
	jobs := &snapshot.Kind{Group: "batch", Version: "v1", Resource: "jobs", Kind: "Job", Namespaced: true}
	for _, tt := range []struct {
		name string
		gap  snapshot.Gap
		want bool
	}{
		{"the kind", snapshot.Gap{Kind: jobs}, true},
		{"the kind, elsewhere", snapshot.Gap{Kind: jobs, Namespace: "desk"}, false},
		{"the group", snapshot.Gap{Group: "batch"}, true},
		{"another group", snapshot.Gap{Group: "apps"}, false},
		{"everything here", snapshot.Gap{Everything: true, Namespace: "shop"}, true},
		{"users of the kind", snapshot.Gap{Kind: jobs, Users: true}, false},
		{"records", snapshot.Gap{Records: snapshot.Secrets}, false},
	} {
		if got := tt.gap.Hides("batch", "Job", "shop"); got != tt.want {
			t.Errorf("%s hides a Job in shop: %v, want %v", tt.name, got, tt.want)
		}
	}
}
