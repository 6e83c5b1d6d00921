package cli

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// progress tells on a terminal what is being read, in a line that it takes back.
// Elsewhere it says nothing.
type progress struct {
	w     io.Writer
	verb  string // what is being done
	start time.Time
	mu    sync.Mutex
	shown bool
}

// patience is how long a reading may take before there is a need to say anything.
const patience = 700 * time.Millisecond

// newProgress returns a progress that writes to w if that is a terminal which
// understands escapes.
func newProgress(w io.Writer) *progress {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) || os.Getenv("TERM") == "dumb" {
		w = nil
	}
	return &progress{w: w, verb: "reading", start: time.Now()}
}

const eraseLine = "\r\x1b[K"

// step says that of some things so many are read. It may be called by many at
// once.
func (p *progress) step(what string, done, total int) {
	if p.w == nil || time.Since(p.start) < patience {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.shown = true
	fmt.Fprintf(p.w, "%s%s %s: %d of %d", eraseLine, p.verb, what, done, total)
}

// end takes the line back.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		fmt.Fprint(p.w, eraseLine)
	}
	p.shown = false
}
