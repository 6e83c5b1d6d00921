//go:build e2e

package twins

import (
	"fmt"
	"strings"
)

// command is the next one of a release.
func (w *writer) command(r *draft) op {
	o := op{Helm: one(w, w.majors...), Other: r.other}
	o.Do = w.verb(r)
	switch o.Do {
	case doInstall, doUpgrade:
		w.ofChart(r, &o)
	case doRollback:
		o.Back = w.IntN(10)
		r.stuck, r.there, r.kept = false, true, false
	case doTest:
		w.filter(r, &o)
	case doUninstall:
		r.kept = w.often(w.history)
		if r.kept {
			o.Flags = append(o.Flags, "--keep-history")
		}
		r.there, r.stuck = false, false
	}
	if o.Do != doTest && w.often(6) {
		o.Flags = append(o.Flags, "--no-hooks")
	}
	if (o.Do == doUpgrade || o.Do == doRollback) && w.often(40) {
		o.Flags = append(o.Flags, fmt.Sprintf("--history-max=%d", 1+w.IntN(3)))
	}
	if w.often(w.kill) {
		o.Kill = &kill{Write: one(w, 1, 2, 2, 3, 3, 3, 4, 4, 5, 6, 7), Done: w.often(60)}
		r.stuck = true
	}
	return o
}

// verb is what to do next.
func (w *writer) verb(r *draft) string {
	n := w.IntN(100)
	switch {
	case r.stuck && n < 85:
		return one(w, doRollback, doRollback, doUninstall)
	case r.there && n < w.end:
		return doUninstall
	case r.there && n < w.end+15:
		return doRollback
	case r.there && n < w.end+24:
		return doTest
	case r.there && n < 98:
		return doUpgrade
	case r.there:
		return doInstall // which is there already
	case n < 82 || !r.kept:
		return one(w, doInstall, doInstall, doUpgrade) // which installs
	case n < 94:
		return doRollback
	default:
		return one(w, doUpgrade, doUninstall)
	}
}

// ofChart makes the command one of a chart that is like the last, and not the same.
func (w *writer) ofChart(r *draft, o *op) {
	if len(r.chart) == 0 {
		w.begin(r)
	} else if !w.often(15) {
		for range 1 + w.IntN(4) {
			w.mutate(r)
		}
	}
	for i := range r.chart {
		o.Chart = append(o.Chart, r.chart[i].clone())
		r.defined = r.defined || r.chart[i].Kind == "CustomResourceDefinition"
	}
	if o.Do == doUpgrade && (!r.there || w.often(30)) {
		o.Flags = append(o.Flags, "--install")
	}
	if o.Do == doInstall && (r.kept && w.often(80) || r.there && w.often(50)) { // it works over what failed last
		o.Flags = append(o.Flags, "--replace")
	}
	if w.often(20) {
		o.Flags = append(o.Flags, "--take-ownership")
	}
	if o.Helm == 4 && o.Do == doInstall && w.often(25) {
		o.Flags = append(o.Flags, "--server-side=false")
	}
	r.there, r.kept, r.stuck = true, false, false
}

// filter makes the command run some of the tests only.
func (w *writer) filter(r *draft, o *op) {
	if !w.often(50) {
		return
	}
	for i := range r.chart {
		if strings.Contains(r.chart[i].Hook, "test") {
			o.Flags = append(o.Flags, "--filter="+one(w, "name=", "!name=")+r.chart[i].Name)
			return
		}
	}
}
