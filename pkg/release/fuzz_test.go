package release_test

import (
	"bytes"
	"encoding/json"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
)

// oracleRecord has the shape in which Helm reads its records.
type oracleRecord struct {
	Name        string `json:"name"`
	Namespace   string `json:"namespace"`
	Version     int    `json:"version"`
	ApplyMethod string `json:"apply_method"`
	Info        *struct {
		FirstDeployed oracleTime `json:"first_deployed"`
		LastDeployed  oracleTime `json:"last_deployed"`
		Deleted       oracleTime `json:"deleted"`
		Status        string     `json:"status"`
	} `json:"info"`
	Chart *struct {
		Metadata *struct {
			Name    string `json:"name"`
			Version string `json:"version"`
		} `json:"metadata"`
	} `json:"chart"`
	Hooks []*struct {
		Name           string       `json:"name"`
		Kind           string       `json:"kind"`
		Path           string       `json:"path"`
		Manifest       string       `json:"manifest"`
		Events         []hook.Event `json:"events"`
		Weight         int          `json:"weight"`
		DeletePolicies []string     `json:"delete_policies"`
		LastRun        struct {
			StartedAt   oracleTime `json:"started_at"`
			CompletedAt oracleTime `json:"completed_at"`
			Phase       string     `json:"phase"`
		} `json:"last_run"`
	} `json:"hooks"`
}

type oracleTime struct{ time.Time }

func (t *oracleTime) UnmarshalJSON(raw []byte) error {
	if string(raw) == `""` {
		return nil
	}
	return json.Unmarshal(raw, &t.Time)
}

// body is what Decode should make of the record, without what it takes from
// manifests.
func (r *oracleRecord) body() *release.Body {
	b := &release.Body{Name: r.Name, Namespace: r.Namespace, Revision: r.Version, ApplyMethod: r.ApplyMethod}
	if i := r.Info; i != nil {
		b.Status = release.Status(i.Status)
		b.FirstDeployed, b.LastDeployed, b.Deleted = i.FirstDeployed.Time, i.LastDeployed.Time, i.Deleted.Time
	}
	if r.Chart != nil && r.Chart.Metadata != nil {
		b.Chart = release.Chart{Name: r.Chart.Metadata.Name, Version: r.Chart.Metadata.Version}
	}
	for _, in := range r.Hooks {
		if in == nil {
			continue
		}
		h := release.Hook{Name: in.Name, Kind: in.Kind, Path: in.Path, Weight: in.Weight, Events: in.Events}
		hook.SortEvents(h.Events)
		for _, p := range in.DeletePolicies {
			h.DeletePolicies = append(h.DeletePolicies, hook.DeletePolicy(p))
		}
		h.LastRun = release.Run{
			StartedAt: in.LastRun.StartedAt.Time, CompletedAt: in.LastRun.CompletedAt.Time, Phase: in.LastRun.Phase,
		}
		b.Hooks = append(b.Hooks, h)
	}
	return b
}

// FuzzDecode holds the decoder against encoding/json: what that takes, the
// decoder must take, and see the same in it. The reverse need not hold, since
// values that nobody asks for are not checked in full. Where a key comes twice,
// encoding/json merges both values, which no record needs: only acceptance is
// compared then.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(helm3Record(f)))
	for _, s := range []string{
		`{"name":"a","version":1}`,
		` { "NAME" : "a" , "version" : 1 , "x" : [ { } , [ ] , -1.5e+7 , true , null , "\\\"" ] } `,
		`{"name":"a","version":1,"hooks":[null,{},{"weight":-1,"events":["test","pre-install"],"last_run":{"started_at":""}}]}`,
		`{"name":"a","version":1,"info":null,"chart":{"metadata":null},"hooks":null}`,
		`{"name":"a","version":1,"name":"b","hooks":[{"name":"x"}],"hooks":[{"kind":"y"}]}`,
		`{"name":"a","verſion":1,"hooKs":[]}`,
		`{"name":"\ud800","version":1,"info":{"deleted":"2026-01-02T04:00:00Z"},"apply_method":"csa"}`,
		`{"name":"a","version":1,"hooks":nul}`,
		`{"name":"a","version":1}{`,
	} {
		f.Add([]byte(s))
	}
	f.Add(recordOf(f, "a", "List", "kind: List\nitems: [{kind: Job, metadata: {generateName: b-}}]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := decode(plain(text))
		if err == nil && (got.Name == "" || got.Revision < 1) {
			t.Errorf("a record without name or revision decodes as %+v", got)
		}
		var oracle oracleRecord
		if json.Unmarshal(text, &oracle) != nil || oracle.Name == "" || oracle.Version < 1 {
			return
		}
		dup, long := keys(t, text)
		if long {
			return // longer than any key that Helm knows, and refused
		}
		if err != nil {
			t.Fatalf("encoding/json takes %q, Decode does not: %v", text, err)
		}
		if dup {
			return
		}
		diff := cmp.Diff(oracle.body(), got, cmpopts.EquateEmpty(),
			cmpopts.IgnoreFields(release.Hook{}, "Declared", "Objects", "Digest", "Unreadable"))
		if diff != "" {
			t.Errorf("Decode of %q differs from encoding/json (-json +Decode):\n%s", text, diff)
		}
		for _, h := range got.Hooks {
			if h.Unreadable != "" && len(h.Objects) != 1 {
				t.Errorf("an unreadable hook has objects %v", h.Objects)
			}
		}
	})
}

// keys tells whether an object in a JSON text has two equal keys, and whether a
// key is overlong.
func keys(t *testing.T, text []byte) (dup, long bool) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	type frame struct {
		object bool
		keys   map[string]bool
		value  bool // is next
	}
	var open []*frame
	for {
		token, err := d.Token()
		if err == io.EOF {
			return dup, long
		}
		if err != nil {
			t.Fatalf("encoding/json takes %q, but not its tokens: %v", text, err)
		}
		if delim, ok := token.(json.Delim); ok && (delim == '}' || delim == ']') {
			open = open[:len(open)-1]
			continue
		}
		if n := len(open); n > 0 && open[n-1].object {
			top := open[n-1]
			if key, ok := token.(string); ok && !top.value {
				folded := strings.ReplaceAll(strings.ToLower(key), "\u017f", "s")
				dup = dup || top.keys[folded]
				long = long || 6*len(key) > 1000
				top.keys[folded], top.value = true, true
				continue
			}
			top.value = false
		}
		if delim, ok := token.(json.Delim); ok {
			open = append(open, &frame{object: delim == '{', keys: make(map[string]bool)})
		}
	}
}

// FuzzPayload throws anything at the decoder, which must neither panic nor use
// much more memory than its limits say.
func FuzzPayload(f *testing.F) {
	text := []byte(helm3Record(f))
	zip := compress(f, text)
	for _, payload := range [][]byte{
		nil, []byte("="), []byte("\n"), []byte("!!!!"), plain(text), plain(zip), plain(zip[:40]), plain(zip[:len(zip)-3]),
		plain(zip[:3]), plain(append(zip, zip...)), zipped(f, bytes.Repeat([]byte("["), 1<<16)),
		zipped(f, bytes.Repeat([]byte(" "), 2<<20)), zipped(f, append([]byte(`{"hooks":[`), bytes.Repeat([]byte("{},"), 1<<15)...)),
	} {
		f.Add(payload, true)
	}
	f.Add(text, false)
	limits := release.Limits{Expanded: 1 << 20, Kept: 64 << 10}
	f.Fuzz(func(t *testing.T, payload []byte, stored bool) {
		if !stored {
			payload = zipped(t, payload)
		}
		const bound = 64 << 20
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		body, err := release.NewDecoder(limits).Decode(payload)
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > bound {
			t.Errorf("decoding %d bytes took %d bytes of memory, want at most %d", len(payload), used, bound)
		}
		if (body == nil) == (err == nil) {
			t.Errorf("Decode = %v, %v; want one of them", body, err)
		}
		if err != nil && strings.ContainsAny(err.Error(), "\r\n") {
			t.Errorf("the error has several lines: %q", err)
		}
	})
}
