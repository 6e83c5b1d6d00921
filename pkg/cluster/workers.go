package cluster

import (
	"sync"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
)

// worker is what reading records takes: buffers for what arrives, and a decoder.
type worker struct {
	list    storedList
	decoder *release.Decoder
}

// workers keeps those that have nothing to do. All decoders share what they have learnt
// of manifests.
type workers struct {
	mu    sync.Mutex
	idle  []*worker
	heads *release.Heads
}

func newWorkers() *workers { return &workers{heads: release.NewHeads()} }

func (p *workers) take() *worker {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.idle); n > 0 {
		w := p.idle[n-1]
		p.idle = p.idle[:n-1]
		return w
	}
	return &worker{decoder: release.NewSharingDecoder(release.DefaultLimits(), p.heads)}
}

func (p *workers) give(w *worker) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, w)
}
