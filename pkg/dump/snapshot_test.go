package dump

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/internal/filltest"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

func written(tb testing.TB, s *snapshot.Snapshot) string {
	tb.Helper()
	var b bytes.Buffer
	if err := Write(&b, s, "test"); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

// Whatever field a Snapshot has or will have, a file keeps it.
func TestSnapshotRoundTrips(t *testing.T) {
	var full snapshot.Snapshot
	filltest.Fill(reflect.ValueOf(&full).Elem())
	text := written(t, &full)
	for name, form := range map[string]string{"JSON": text, "YAML": yamlOf(t, json.RawMessage(text)), "sorted and indented": sorted(t, text)} {
		e, err := openText(form, Options{Namespace: full.Namespace})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(&full, e.Snapshot()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if lines := strings.Count(text, "\n"); lines != 7 {
		t.Errorf("%d lines, want one for the head, the lists, and each element:\n%s", lines, text)
	}
}

func sorted(t *testing.T, text string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return jsonOf(t, v)
}

func TestEmptySnapshotRoundTrips(t *testing.T) {
	if diff := cmp.Diff(&snapshot.Snapshot{}, mustOpen(t, written(t, &snapshot.Snapshot{}))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSnapshotScope(t *testing.T) {
	for _, tt := range []struct {
		made, asked, want string
		gap               string
	}{
		{"", "", "", ""},
		{"", "shop", "shop", ""},
		{"shop", "shop", "shop", ""},
		{"shop", "", "shop", "other namespaces than shop"},
		{"shop", "desk", "shop", "anything"},
	} {
		e, err := openText(written(t, &snapshot.Snapshot{Namespace: tt.made, RecordsEverywhere: true}), Options{Namespace: tt.asked})
		if err != nil {
			t.Fatal(err)
		}
		var gap string
		for _, g := range e.Snapshot().Gaps {
			gap += g.What
		}
		if e.Snapshot().Namespace != tt.want || gap != tt.gap {
			t.Errorf("made of %q, asked for %q: namespace %q, gap %q", tt.made, tt.asked, e.Snapshot().Namespace, gap)
		}
	}
}

func TestSnapshotStandsAlone(t *testing.T) {
	snap, dumped := written(t, &snapshot.Snapshot{}), jsonOf(t, listOf(shop()))
	for name, text := range map[string]string{
		"two": snap + snap, "after a dump": dumped + snap, "before a dump": snap + dumped,
		"in a List": jsonOf(t, listOf([]thing{{"apiVersion": APIVersion, "kind": Kind}})),
	} {
		if _, err := openText(text, Options{}); err == nil || !strings.Contains(err.Error(), "a Snapshot") {
			t.Errorf("%s: error %v", name, err)
		}
	}
	dir := writeFiles(t, map[string]string{"a.json": snap, "b.json": snap})
	if _, err := Open(context.Background(), []string{dir}, nil, Options{}); !errors.Is(err, errTwoSnapshots) || !strings.Contains(err.Error(), "b.json") {
		t.Errorf("two files: error %v", err)
	}
}

func TestSnapshotsOfOthers(t *testing.T) {
	for text, want := range map[string]string{
		`{"apiVersion":"kubectl-helmhooks.github.io/v2","kind":"Snapshot","records":7}`:       "a newer kubectl-helmhooks does",
		`{"kind":"Snapshot","apiVersion":"kubectl-helmhooks.github.io/v2"}`:                   "a newer kubectl-helmhooks does",
		`{"apiVersion":"kubectl-helmhooks.github.io/v1","kind":"HookObjectList","items":[7]}`: `it is a "HookObjectList" and no Snapshot`,
		`{"apiVersion":"kubectl-helmhooks.github.io/v1"}`:                                     "and no Snapshot",
		"apiVersion: kubectl-helmhooks.github.io/v1\nitems:\n- a: b\nkind: HookObjectList\n":  "and no Snapshot",
		`{"apiVersion":"kubectl-helmhooks.github.io/v1","kind":"Snapshot","records":{}}`:      `"records": it should be a list`,
		`{"apiVersion":"kubectl-helmhooks.github.io/v1","kind":"Snapshot","records":[{}]}`:    `"records": number 0 has no name`,
		`{"apiVersion":"kubectl-helmhooks.github.io/v1","kind":"Snapshot","objects":[{}]}`:    `"objects": number 0 has no name`,
		`{"apiVersion":"kubectl-helmhooks.github.io/v1","kind":"Snapshot","objects":["x"]}`:   `"objects": number 0: found string`,
		`{"apiVersion":"kubectl-helmhooks.github.io/v1","kind":"Snapshot","time":"now"}`:      `"time": `,
		`{"apiVersion":"kubectl-helmhooks.github.io/v1","kind":"Snapshot","objects":[`:        "it ends too soon",
		`{"kind":"Snapshot","records":[],"objects":[],"apiVersion":7}`:                        "found number where something else",
	} {
		_, err := openText(text, Options{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\nerror %v\nwant %q", text, err, want)
		}
	}
}

// A body that a Snapshot does not have is a gap when somebody asks for it.
func TestSnapshotLacks(t *testing.T) {
	id := snapshot.RecordID{Release: snapshot.ReleaseID{Driver: snapshot.Secrets, Namespace: "shop", Name: "blog"}, Revision: 1}
	e, err := openText(written(t, &snapshot.Snapshot{Records: []snapshot.Record{{RecordID: id}}}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	for range 2 {
		if err := errors.Join(e.ReadRecords(ctx, ""), e.ReadBodies(ctx, []snapshot.RecordID{id})); err != nil {
			t.Fatal(err)
		}
	}
	s := e.Snapshot()
	if len(s.Gaps) != 3 || s.Gaps[2].Record == nil || *s.Gaps[2].Record != id || !s.RecordsEverywhere {
		t.Errorf("gaps %+v", s.Gaps)
	}
}

func TestWriteFails(t *testing.T) {
	if err := Write(failing{}, &snapshot.Snapshot{}, ""); !errors.Is(err, errFull) {
		t.Errorf("error %v", err)
	}
	far := time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) // JSON has no such year
	if err := Write(&bytes.Buffer{}, &snapshot.Snapshot{Objects: []snapshot.Object{{Created: far}}}, ""); err == nil {
		t.Error("no error")
	}
}

var errFull = errors.New("disk full")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }

// FuzzSnapshotRoundTrip: what was read of any JSON is written and read unchanged.
func FuzzSnapshotRoundTrip(f *testing.F) {
	var full snapshot.Snapshot
	filltest.Fill(reflect.ValueOf(&full).Elem())
	text, err := json.Marshal(full)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"objects":[{"kind":"a","apiVersion":"<>&\u2028","name":"\ud800"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var s snapshot.Snapshot
		if json.Unmarshal(text, &s) != nil {
			return
		}
		var b bytes.Buffer
		if Write(&b, &s, "fuzz") != nil {
			return // a year that JSON has not
		}
		e, err := openText(b.String(), Options{Namespace: s.Namespace})
		if err != nil {
			if strings.Contains(err.Error(), "has no name or no kind") {
				return
			}
			t.Fatal(err)
		}
		if diff := cmp.Diff(&s, e.Snapshot(), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
