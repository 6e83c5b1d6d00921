package verdict

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/uses"
)

// verdictGap is what could not be read and could make an orphan something else, or
// nil.
func (e *evidence) verdictGap(f *Finding, o *Options) *snapshot.Gap {
	if f.runs() && f.Object.Run == nil {
		return &snapshot.Gap{What: "the state of " + nameOf(f.Object.Ref()), Namespace: f.Object.Namespace, Why: "it was not there, or could not be read"}
	}
	home, held := f.Object.Namespace, e.held(f)
	elsewhere := e.looksElsewhere(f, o)
	gap := e.gap(func(g *snapshot.Gap) bool {
		switch {
		case g.Unreached && (g.Record != nil || g.Manifest != nil || g.Records != "") && (elsewhere && !g.Lasting || f.Reason.final() && near(g, home)):
			return true
		case g.Record != nil:
			own := slices.Contains(held, g.Record.Release)
			inForce := e.atOrAboveDeployed(*g.Record)
			switch {
			case own:
				return inForce
			case f.Current == nil: // any release may declare it, wherever it is stored
				return inForce || near(g, home)
			default:
				return !f.standsAlone() && near(g, home)
			}
		case g.Records != "":
			return f.Current == nil || (!f.standsAlone() && near(g, home))
		case f.Current == nil && (g.Witnesses || hidesObjects(g)):
			return true
		case !f.runs():
			return hidesRuns(g, cmp.Or(home, namespaceOf(f)))
		default:
			return false
		}
	})
	if gap == nil && !f.runs() {
		return e.unseenRun(held)
	}
	return gap
}

// guardGap is what could not be read and could make a guard refuse, or nil.
func (e *evidence) guardGap(f *Finding, o *Options) *snapshot.Gap {
	for i := range f.Claims { // which may ask to keep it, in words that could not be read
		if c := &f.Claims[i]; c.Hook.Unreadable != "" {
			return &snapshot.Gap{
				What:      fmt.Sprintf("how revision %d of %s declares it", c.Record.Revision, c.Record.Release.Name),
				Namespace: c.Record.Release.Namespace, Why: c.Hook.Unreadable,
			}
		}
	}
	if gap := e.contentGap(f.Object); gap != nil {
		return gap
	}
	home, held, ref := f.Object.Namespace, e.held(f), f.Object.Ref()
	elsewhere := e.looksElsewhere(f, o)
	return e.gap(func(g *snapshot.Gap) bool {
		switch {
		case g.Record != nil: // an older revision may ask to keep it
			return slices.Contains(held, g.Record.Release) || elsewhere && f.serves()
		case g.Manifest != nil && slices.Contains(held, g.Manifest.Release):
			return e.mayDeclare(g.Manifest.Release)
		case g.Manifest != nil:
			return e.mayName(g, f, elsewhere)
		case g.Records != "":
			return !f.standsAlone() && (f.serves() || near(g, home))
		case uses.Hides(g, &ref):
			return f.Reason != ReasonPolicyMissed || !hidesGrantsOnly(g, &ref) && !hidesParametersOnly(g)
		default: // something that names it as its owner, which is beside it or, if it has no namespace, anywhere
			beside := g.Namespace == home || g.Namespace == "" && (g.Kind == nil || g.Kind.Namespaced)
			if f.runs() && g.Group != "" { // what is served by a broken add-on owns nothing that runs
				return false
			}
			// Witnesses are looked for everywhere; what is beside it was listed before.
			again := g.Witnesses && home != "" && !e.snapshot.Restricted && g.Namespace != home
			return hidesObjects(g) && !again && (home == "" || beside)
		}
	})
}

// mayName tells whether a manifest of another release that could not be read may say
// something of an object. What was searched for it says so. Of what was not, or in vain, a
// record that does not decode at all counts for what may serve others only.
func (e *evidence) mayName(g *snapshot.Gap, f *Finding, elsewhere bool) bool {
	ref := f.Object.Ref()
	switch {
	case e.sought[ref] && len(g.Of) > 0:
		return slices.Contains(g.Of, ref) || slices.ContainsFunc(e.absentUsers(f), func(r snapshot.ObjectRef) bool { return slices.Contains(g.Of, r) })
	case elsewhere && (f.serves() || !e.unreadable[*g.Manifest]):
		return true
	default:
		return !f.standsAlone() && near(g, ref.Namespace)
	}
}

// contentGap is what may be in a resource definition, or a namespace, and cannot be seen,
// since no version of it is served. It goes with them all the same.
func (e *evidence) contentGap(o *snapshot.Object) *snapshot.Gap {
	unserved := e.snapshot.Unserved
	switch group := snapshot.Group(o.APIVersion); {
	case o.Kind == "CustomResourceDefinition" && group == "apiextensions.k8s.io":
		unserved = slices.DeleteFunc(slices.Clone(unserved), func(name string) bool { return name != o.Name })
	case o.Kind != "Namespace" || group != "":
		return nil
	}
	if len(unserved) == 0 {
		return nil
	}
	return &snapshot.Gap{What: "objects of " + unserved[0], Why: "no version of it is served"}
}

// hidesRuns tells whether a gap can hide a hook that still runs in a namespace: that
// of an object or, if it has none, of its release.
func hidesRuns(g *snapshot.Gap, namespace string) bool {
	return g.Hides("batch", "Job", namespace) || g.Hides("", "Pod", namespace)
}

// hidesGrantsOnly tells whether a gap hides no users of an account but bindings that
// grant it something: see grants. In other namespaces nothing else can name it.
func hidesGrantsOnly(g *snapshot.Gap, of *snapshot.ObjectRef) bool {
	if !isAccount(of) {
		return false
	}
	if g.Users && g.Kind != nil {
		return isBinding(g.Kind.Kind)
	}
	return g.Everything && g.Namespace != "" && g.Namespace != of.Namespace
}

// hidesParametersOnly tells whether a gap hides no more than whether an admission policy takes
// its parameters from an object. Who looks after a namespace cannot look there, and a chart
// that has its parameters deleted after the run does not mean them for a policy.
func hidesParametersOnly(g *snapshot.Gap) bool {
	return g.Users && g.Kind != nil && g.Kind.Group == "admissionregistration.k8s.io" && !g.Kind.Namespaced &&
		strings.HasSuffix(g.Kind.Kind, "AdmissionPolicyBinding")
}

func (e *evidence) gap(matters func(*snapshot.Gap) bool) *snapshot.Gap {
	for _, g := range e.gaps {
		if matters(g) {
			return g
		}
	}
	return nil
}

// hides tells whether a gap can matter to any object. Hooks whose manifests cannot be read
// are told to people, as many as there are, and matter through their records.
func hides(g *snapshot.Gap) bool {
	return g.Record != nil || g.Manifest != nil || g.Records != "" || g.Kind != nil || g.Group != "" ||
		g.Everything || g.Users || g.Witnesses
}

// near tells whether a gap in records may concern what is in a namespace, or what
// is in none.
func near(g *snapshot.Gap, home string) bool {
	return home == "" || g.Concerns(home)
}

// hidesObjects tells whether a gap is one of live objects that may carry marks or
// owners. Metrics are served as objects, and nobody makes them.
func hidesObjects(g *snapshot.Gap) bool {
	metrics := []string{"metrics.k8s.io", "custom.metrics.k8s.io", "external.metrics.k8s.io"}
	if slices.Contains(metrics, g.Group) {
		return false
	}
	return g.Everything || g.Group != "" || (g.Kind != nil && !g.Users)
}

// atOrAboveDeployed tells whether a record is one of those that Helm works from:
// the deployed one, what was tried since, or any where none is deployed.
func (e *evidence) atOrAboveDeployed(id snapshot.RecordID) bool {
	deployed := deployedRecord(e.releases[id.Release])
	return deployed == nil || id.Revision >= deployed.Revision
}
