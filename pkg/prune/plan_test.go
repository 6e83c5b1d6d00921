package prune

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

func TestNew(t *testing.T) {
	tracked := orphan("Job", "tracked")
	tracked.Verdict = verdict.Tracked
	unknown := orphan("Job", "unknown")
	unknown.Verdict, unknown.Reason = verdict.Unknown, verdict.ReasonUnattributed
	absent := orphan("Job", "absent")
	absent.Live = false
	lifted := refused(orphan("Job", "lifted"), verdict.GuardRunning)
	lifted.Refusals[0].Lifted = true
	both := refused(refused(orphan("PersistentVolumeClaim", "claim"), verdict.GuardSupporting), verdict.GuardHoldsData)
	findings := []verdict.Finding{orphan("Job", "a"), tracked, unknown, absent, lifted, both, orphan("Job", "not chosen")}
	p := New(findings, func(f *verdict.Finding) bool { return f.Object.Name != "not chosen" })
	var items, left []string
	for _, i := range p.Items {
		items = append(items, i.Name)
	}
	for _, l := range p.Left {
		left = append(left, l.Name)
	}
	if diff := cmp.Diff([]string{"a", "lifted"}, items); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"unknown", "claim"}, left); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	if l := p.Left[1]; len(l.Guards) != 2 || !l.OneByOne || l.Why == "" {
		t.Errorf("the claim is left as %+v", l)
	}
}

func samplePlan() *Plan {
	p := New([]verdict.Finding{orphan("Job", "a"), refused(orphan("Job", "b"), verdict.GuardRunning)}, all)
	p.Cluster, p.Context, p.Time = "uid", "test", start
	age := 10 * time.Minute
	p.Judgement = JudgementOf("shop", &verdict.Options{Allow: []verdict.Guard{verdict.GuardRunning}, MinAge: &age, StaleAfter: time.Hour})
	return p
}

func TestPlanRoundTrips(t *testing.T) {
	p := samplePlan()
	asJSON, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	asYAML, err := yaml.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"json": asJSON, "yaml": asYAML} {
		got, err := Read(bytes.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(p, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	o := p.Judgement.Options()
	if *o.MinAge != 10*time.Minute || o.StaleAfter != time.Hour || len(o.Allow) != 1 {
		t.Errorf("judged with %+v", o)
	}
}

func TestReadRefuses(t *testing.T) {
	good, err := yaml.Marshal(samplePlan())
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"another kind":        {"kind: PrunePlan", "kind: Snapshot"},
		"another version":     {"/v1", "/v9"},
		"no cluster":          {"cluster: uid", "cluster: ''"},
		"an unknown field":    {"cluster: uid", "cluster: uid\nforce: true"},
		"an item without uid": {"uid: uid-a", "uid: ''"},
		"keep lifted":         {"- running", "- keep"},
		"age lifted":          {"- running", "- too-young"},
		"an unknown guard":    {"- running", "- everything"},
		"a negative age":      {"minAgeSeconds: 600", "minAgeSeconds: -1"},
		"no YAML":             {"kind: PrunePlan", "kind: ["},
	} {
		text := strings.Replace(string(good), change[0], change[1], 1)
		if text == string(good) {
			t.Fatalf("%s: nothing changed", name)
		}
		if _, err := Read(strings.NewReader(text)); err == nil {
			t.Errorf("%s: it is taken", name)
		} else if strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: the error has several lines: %v", name, err)
		}
	}
	twice := samplePlan()
	twice.Items = append(twice.Items, twice.Items[0])
	text, _ := json.Marshal(twice)
	if _, err := Read(bytes.NewReader(text)); err == nil {
		t.Error("an object that is there twice is taken")
	}
}

func TestFits(t *testing.T) {
	p := samplePlan()
	for _, tt := range []struct {
		name    string
		cluster string
		age     time.Duration
		fits    bool
	}{
		{"now", "uid", 0, true},
		{"in time", "uid", 24 * time.Hour, true},
		{"too old", "uid", 24*time.Hour + time.Second, false},
		{"another cluster", "other", 0, false},
		{"yet to come", "uid", -2 * time.Minute, false},
		{"clocks differ a little", "uid", -30 * time.Second, true},
	} {
		if err := p.Fits(tt.cluster, start.Add(tt.age), 24*time.Hour); (err == nil) != tt.fits {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// Whatever a file holds, it is refused or it is a plan that names all it deletes.
func FuzzRead(f *testing.F) {
	good, _ := yaml.Marshal(samplePlan())
	f.Add(good)
	f.Add([]byte(`{"apiVersion":"kubectl-helmhooks.github.io/v1","kind":"PrunePlan","cluster":"x","time":"2026-01-01T00:00:00Z","items":[{"uid":"1"}]}`))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := Read(bytes.NewReader(text))
		if err != nil {
			return
		}
		for _, i := range p.Items {
			if i.UID == "" || i.Name == "" {
				t.Errorf("an item without name: %+v", i)
			}
		}
		for _, g := range p.Judgement.Allow {
			if !g.Liftable() {
				t.Errorf("it lifts %s", g)
			}
		}
	})
}

func FuzzManifest(f *testing.F) {
	f.Add([]byte(`{"kind":"Job","apiVersion":"batch/v1","metadata":{"labels":{"controller-uid":"x"}},"spec":{"template":{"metadata":{"labels":[]}}}}`))
	f.Add([]byte(`{"metadata":[]}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, text []byte) {
		out, err := Manifest(text)
		if err == nil && bytes.Contains(out, []byte("managedFields:")) && bytes.HasPrefix(text, []byte(`{"metadata":{"managedFields"`)) {
			t.Errorf("managedFields stay: %s", out)
		}
	})
}
