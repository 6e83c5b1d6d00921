package release

import (
	"crypto/sha256"
	"sync"
)

// maxHeads bounds how many manifests are remembered, up to a kilobyte each. Revisions of a
// release come one after the other.
const maxHeads = 1024

// Heads remembers what matters of manifests. Most of a chart's stay the same from one
// revision to the next, and parsing one takes longer than reading it. It may be shared
// by many decoders at work.
type Heads struct {
	mu     sync.Mutex
	parsed map[[sha256.Size]byte]parsedHead
}

// parsedHead is what parseHead says; nobody may write to it.
type parsedHead struct {
	head manifestHead
	why  string
}

// NewHeads returns Heads that remember nothing yet.
func NewHeads() *Heads { return &Heads{parsed: make(map[[sha256.Size]byte]parsedHead)} }

// parse is parseHead, or what it said of the same text before. Sum is the text's
// checksum.
func (h *Heads) parse(manifest string, sum [sha256.Size]byte) (manifestHead, string) {
	h.mu.Lock()
	known, ok := h.parsed[sum]
	h.mu.Unlock()
	if ok {
		return known.head, known.why
	}
	head, why := parseHead(manifest)
	if len(head.Items) > 0 {
		return head, why // a List, which may be long
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.parsed) >= maxHeads {
		clear(h.parsed)
	}
	h.parsed[sum] = parsedHead{head, why}
	return head, why
}
