package dump

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// A cluster of a hundred thousand objects streams through a bounded heap. With the
// race detector, which takes half a minute for them, it is a smaller one.
func TestStreams(t *testing.T) {
	const hooks, bound = 100, 64 << 20
	objects := 100_000
	if raced {
		objects = 10_000
	}
	r, w := io.Pipe()
	go func() { w.CloseWithError(writeMany(w, objects, objects/hooks)) }()
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	peak, stop := watchHeap()
	start := time.Now()
	counted := &counter{r: r}
	e, err := Open(context.Background(), []string{"-"}, counted, Options{})
	stop()
	if err != nil {
		t.Fatal(err)
	}
	if n := len(e.Snapshot().Objects); n != hooks {
		t.Errorf("%d hooks, want %d", n, hooks)
	}
	grown := int64(peak.Load()) - int64(before.HeapAlloc)
	t.Logf("%d MiB in %v, at most %d MiB of heap", counted.n>>20, time.Since(start).Round(time.Millisecond), grown>>20)
	if grown > bound {
		t.Errorf("the heap grew by %d MiB, more than %d", grown>>20, bound>>20)
	}
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// watchHeap samples the heap, garbage included.
func watchHeap() (peak *atomic.Uint64, stop func()) {
	peak = new(atomic.Uint64)
	done, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		var m runtime.MemStats
		for {
			runtime.ReadMemStats(&m)
			peak.Store(max(peak.Load(), m.HeapAlloc))
			select {
			case <-done:
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}()
	return peak, func() { close(done); <-gone }
}

// writeMany writes a List of Pods, each hookEvery-th a hook.
func writeMany(w io.Writer, objects, hookEvery int) error {
	pod := newThing("v1", "Pod", "ns-@N", "app-@I-5b69cb7794")
	metaOf(pod)["uid"] = "96adabb2-7f94-40b4-a113-@I"
	metaOf(pod)["resourceVersion"] = "@I"
	metaOf(pod)["ownerReferences"] = []any{thing{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "app-5b69cb7794", "uid": "5f2b8a61-40cf-4e44-9d0e-@I"}}
	metaOf(pod)["labels"] = thing{"app.kubernetes.io/name": "app-@N", "pod-template-hash": "5b69cb7794"}
	metaOf(pod)["annotations"] = thing{"@A": strings.Repeat("f", 64)}
	pod["spec"] = thing{"containers": []any{thing{"name": "c", "image": "example.com/app:1", "args": []any{strings.Repeat("-flag ", 200)}}}}
	pod["status"] = thing{"phase": "Running", "containerStatuses": []any{thing{"name": "c", "ready": true}}}
	text, err := json.Marshal(pod)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	fmt.Fprint(out, `{"apiVersion":"v1","items":[`)
	for i := range objects {
		if i > 0 {
			fmt.Fprint(out, ",\n")
		}
		annotation := "example.com/checksum"
		if i%hookEvery == 0 {
			annotation = "helm.sh/hook"
		}
		fill := strings.NewReplacer("@I", fmt.Sprintf("%06d", i), "@N", fmt.Sprint(i%500), "@A", annotation)
		if _, err := fill.WriteString(out, string(text)); err != nil {
			return err
		}
	}
	fmt.Fprint(out, `],"kind":"List"}`)
	return out.Flush()
}
