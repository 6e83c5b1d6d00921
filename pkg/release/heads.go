package release

import (
	"crypto/sha256"
	"slices"
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
	hook *Hook // one that has the manifest, if there was any
}

// NewHeads returns Heads that remember nothing yet.
func NewHeads() *Heads { return &Heads{parsed: make(map[[sha256.Size]byte]parsedHead)} }

// parse is parseHead, or what it said of the same text before. Sum is the text's
// checksum.
func (s *Heads) parse(manifest string, sum [sha256.Size]byte) (manifestHead, string) {
	s.mu.Lock()
	known, ok := s.parsed[sum]
	s.mu.Unlock()
	if ok {
		return known.head, known.why
	}
	head, why := parseHead(manifest)
	if len(head.Items) > 0 {
		return head, why // a List, which may be long
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.parsed) >= maxHeads {
		clear(s.parsed)
	}
	s.parsed[sum] = parsedHead{head: head, why: why}
	return head, why
}

// readHook is readManifest, or what it made of the same text before.
func (s *Heads) readHook(h *Hook, manifest string) {
	sum := sha256.Sum256([]byte(manifest))
	s.mu.Lock()
	known := s.parsed[sum].hook
	s.mu.Unlock()
	if known != nil && known.Kind == h.Kind && known.Name == h.Name {
		h.share(known)
		return
	}
	h.readManifest(manifest, sum, s)
	first := *h
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, ok := s.parsed[sum]; ok {
		p.hook = &first
		s.parsed[sum] = p
	}
}

// share makes a hook of what another one with the same manifest, kind and name says. The two
// share memory, that of texts as well: thousands of hooks are kept. Nobody may write to it.
func (h *Hook) share(o *Hook) {
	h.Kind, h.Name = o.Kind, o.Name
	h.Digest, h.Declared, h.Objects, h.Unreadable = o.Digest, o.Declared, o.Objects, o.Unreadable
	if h.Path == o.Path {
		h.Path = o.Path
	}
	if h.LastRun.Phase == o.LastRun.Phase {
		h.LastRun.Phase = o.LastRun.Phase
	}
	if slices.Equal(h.Events, o.Events) {
		h.Events = o.Events
	}
	if slices.Equal(h.DeletePolicies, o.DeletePolicies) {
		h.DeletePolicies = o.DeletePolicies
	}
}
