package oracle

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
)

func decode(payload []byte) (*release.Body, error) {
	return release.NewDecoder(release.DefaultLimits()).Decode(payload)
}

// diff compares what Helm and we have read, apart from what only we read: the
// hooks' manifests.
func diff(helms, ours *release.Body) string {
	return cmp.Diff(helms, ours, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(release.Hook{}, "Declared", "Objects", "Digest", "Unreadable"))
}

// TestDecodesWhatHelmStores stores releases with Helm's own drivers.
func TestDecodesWhatHelmStores(t *testing.T) {
	for _, h := range helms() {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			decoder := release.NewDecoder(release.DefaultLimits())
			for seed := range uint64(300) {
				s := newGenerator(seed).spec()
				stored := h.store(t, s)
				payload := stored.Data[release.DataKey]
				want, err := h.load(payload)
				if err != nil {
					t.Fatalf("seed %d: Helm does not read what it stored: %v", seed, err)
				}
				got, err := decoder.Decode(payload)
				if err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
				if d := diff(want, got); d != "" {
					t.Fatalf("seed %d (-%s +Decode):\n%s", seed, h.name, d)
				}
				checkNamed(t, stored, got)
			}
		})
	}
}

// checkNamed holds the Secret's own names against what it holds.
func checkNamed(t *testing.T, stored *corev1.Secret, b *release.Body) {
	t.Helper()
	name, revision, ok := release.ParseKey(stored.Name)
	if !ok || name != b.Name || revision != b.Revision {
		t.Errorf("ParseKey(%q) = %q, %d, %v; the body says %s, %d", stored.Name, name, revision, ok, b.Name, b.Revision)
	}
	if stored.Type != release.SecretType || stored.Labels["owner"] != "helm" || stored.Labels[release.LabelName] != b.Name ||
		(b.Status != "" && stored.Labels[release.LabelStatus] != string(b.Status)) {
		t.Errorf("type %s, labels %v of the record of %s, %s", stored.Type, stored.Labels, b.Name, b.Status)
	}
}

// TestDecodesEitherMajorsRecords lets each Helm read what the other stored: a
// release may have been made by Helm 3 and upgraded by Helm 4.
func TestDecodesEitherMajorsRecords(t *testing.T) {
	for seed := range uint64(100) {
		s := newGenerator(1000 + seed).spec()
		for _, from := range helms() {
			payload := from.store(t, s).Data[release.DataKey]
			got, err := decode(payload)
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			for _, by := range helms() {
				want, err := by.load(payload)
				if err != nil {
					t.Fatalf("seed %d: %s does not read what %s stored: %v", seed, by.name, from.name, err)
				}
				if by.name == "helm3" {
					want.ApplyMethod = got.ApplyMethod // Helm 3 has never heard of it
				}
				if d := diff(want, got); d != "" {
					t.Fatalf("seed %d: stored by %s (-%s +Decode):\n%s", seed, from.name, by.name, d)
				}
			}
		}
	}
}

// TestDecodesHugeCharts takes a chart that fills a Secret: 750 KB that compress
// badly, and 30 MB that compress well.
func TestDecodesHugeCharts(t *testing.T) {
	noise := make([]byte, 500<<10)
	random := rand.New(rand.NewPCG(1, 1))
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	for name, files := range map[string]map[string][]byte{
		"noise": {"files/noise": noise},
		"dashboards": {
			"files/dashboard": bytes.Repeat([]byte(`{"panels":[{"title":"\"hooks\":[{\\"}]} `), 300<<10),
		},
	} {
		for _, h := range helms() {
			t.Run(name+"/"+h.name, func(t *testing.T) {
				t.Parallel()
				s := newGenerator(4).spec()
				s.chart = &chartSpec{metadata: true, name: "huge", version: "1.0.0", templates: files}
				payload := h.store(t, s).Data[release.DataKey]
				want, err := h.load(payload)
				if err != nil {
					t.Fatal(err)
				}
				got, err := decode(payload)
				if err != nil {
					t.Fatal(err)
				}
				if d := diff(want, got); d != "" {
					t.Errorf("(-%s +Decode):\n%s", h.name, d)
				}
			})
		}
	}
}
