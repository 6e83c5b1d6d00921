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
		Namespace: "shop", Namespaces: []string{"shop"}, RecordsConfined: true,
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

// A restricted snapshot has the signs of its namespace, and knows no longer that
// there are no others.
func TestRestrictSigns(t *testing.T) {
	ref := func(ns, name string) snapshot.ObjectRef {
		return snapshot.ObjectRef{Kind: "X", Namespace: ns, Name: name}
	}
	record := func(ns string) *snapshot.RecordID {
		return &snapshot.RecordID{Release: snapshot.ReleaseID{Namespace: ns}}
	}
	labelled := map[string]string{"helm.toolkit.fluxcd.io/namespace": "flux", "helm.toolkit.fluxcd.io/name": "named"}
	s := snapshot.Snapshot{
		WitnessesEverywhere: true,
		Terminating:         []string{"desk", "shop"},
		Objects:             []snapshot.Object{{Namespace: "shop", Name: "a", Labels: labelled, UsersRead: true}},
		Witnesses: []snapshot.Witness{
			{Release: "a", Namespace: "shop", Object: ref("shop", "1")},
			{Release: "b", Namespace: "desk", Object: ref("shop", "2")},
			{Release: "c", Namespace: "shop", Object: ref("", "3")},
			{Release: "d", Namespace: "desk", Object: ref("", "4")},
			{Release: "e", Namespace: "shop", Object: ref("desk", "5")},
		},
		HelmReleases: []snapshot.HelmRelease{
			{Namespace: "flux", Name: "named", Missing: true},
			{Namespace: "flux", Name: "other", Target: "desk", Storage: "flux"},
			{Namespace: "flux", Name: "target", Target: "shop", Storage: "flux"},
			{Namespace: "shop", Name: "here"},
		},
		Uses: []snapshot.Use{
			{Field: "1", By: ref("shop", "x")},
			{Field: "2", By: ref("desk", "x")},
			{Field: "3", By: ref("", "x")},
			{Field: "4", By: ref("shop", "x"), Record: record("desk")},
			{Field: "5", By: ref("desk", "x"), Record: record("shop")},
		},
	}
	s.Restrict("shop")
	var got []string
	for _, w := range s.Witnesses {
		got = append(got, w.Release)
	}
	for _, h := range s.HelmReleases {
		got = append(got, h.Name)
	}
	for _, u := range s.Uses {
		got = append(got, u.Field)
	}
	if diff := cmp.Diff([]string{"a", "b", "c", "named", "target", "here", "1", "3", "5"}, got); diff != "" {
		t.Errorf("signs of shop (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"shop"}, s.Terminating); diff != "" || s.WitnessesEverywhere || s.Objects[0].UsersRead {
		t.Errorf("restricted: %+v", s)
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
		{"users", snapshot.Gap{Kind: jobs, Users: true}, false},
		{"witnesses", snapshot.Gap{Everything: true, Witnesses: true}, false},
		{"records", snapshot.Gap{Records: snapshot.Secrets}, false},
	} {
		if got := tt.gap.Hides("batch", "Job", "shop"); got != tt.want {
			t.Errorf("%s hides a Job in shop: %v, want %v", tt.name, got, tt.want)
		}
	}
}
