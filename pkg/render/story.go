package render

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// story tells what is known of a hook object.
type story struct {
	f    *verdict.Finding
	snap *snapshot.Snapshot
	list []Fact
}

// Explain tells all that is known of a hook object, fact by fact. The snapshot is the
// one that was judged.
func Explain(f *verdict.Finding, s *snapshot.Snapshot) []Fact {
	t := &story{f: f, snap: s}
	t.belongs()
	t.madeBy()
	t.declared()
	t.release()
	t.state()
	t.prospects()
	t.orphan()
	for i := range t.list {
		t.list[i] = Fact{Clean(t.list[i].Topic), Clean(t.list[i].Fact), Clean(t.list[i].Detail)}
	}
	return t.list
}

// add adds a fact: of the topic of the last one if it names none.
func (t *story) add(topic, fact, detail string) {
	if topic == "" && len(t.list) > 0 {
		topic = t.list[len(t.list)-1].Topic
	}
	t.list = append(t.list, Fact{topic, fact, detail})
}

func (t *story) belongs() {
	f := t.f
	if f.Release == nil {
		t.add("belongs to", "nobody known", "no record declares it, and no mark on it names a release")
		return
	}
	detail := ""
	switch o := f.Object; f.Attribution {
	case verdict.ByRecord:
		detail = fmt.Sprintf("revision %d declares it", f.Claim.Record.Revision)
	case verdict.ByOwnershipAnnotation:
		detail = "annotation meta.helm.sh/release-name=" + f.Release.Name
	case verdict.ByFluxLabel:
		detail = fmt.Sprintf("Flux's HelmRelease %s/%s makes it", f.Evidence.Flux.Namespace, f.Evidence.Flux.Name)
	case verdict.ByInstanceLabel:
		label := "app.kubernetes.io/instance"
		if o.Labels[label] == "" {
			label = "release"
		}
		detail = "label " + label + "=" + o.Labels[label]
	}
	t.add("belongs to", f.Release.Name+" in "+f.Release.Namespace, detail)
}

func (t *story) madeBy() {
	o := t.f.Object
	managers := slices.Clone(o.CoAuthors)
	if o.Author != "" {
		managers = append([]string{o.Author}, managers...)
	}
	owner := "managedFields name no owner of its hook annotation"
	who := "unknown"
	if len(managers) > 0 {
		who, owner = strings.Join(managers, " and "), "owns annotation "+hook.Annotation
	}
	t.add("made by", who, owner+", "+instant(o.Created))
	if m := t.f.Evidence.Made; m != nil {
		run := m.Hook.LastRun
		t.add("", fmt.Sprintf("revision %d's run", m.Record.Revision),
			fmt.Sprintf("%s, began %s, ended %s", dash(run.Phase), instant(run.StartedAt), instant(run.CompletedAt)))
	} else if len(t.f.Claims) > 0 {
		t.add("", "no recorded run", "no retained revision has a run at the time when it was made")
	}
}

func (t *story) declared() {
	topic := "declared"
	if r := t.f.Evidence.Listed; r != nil {
		t.add(topic, t.revision(r), fmt.Sprintf("%s: an ordinary resource", r.Status))
		topic = ""
	}
	for i := range t.f.Claims {
		c := &t.f.Claims[i]
		d := c.Hook.Declared
		t.add(topic, t.revision(c.Record), fmt.Sprintf("%s: %s, weight %d, %s", c.Record.Status, phaseWords(d), d.Weight, policyWords(d.Policy)))
		topic = ""
	}
	if d := t.f.Declared; topic != "" || t.f.Annotated {
		t.add(topic, "on the object", fmt.Sprintf("%s, weight %d, %s", phaseWords(d), d.Weight, policyWords(d.Policy)))
	}
}

// revision names a record, and its release if it is another one's.
func (t *story) revision(r *snapshot.Record) string {
	where := fmt.Sprintf("revision %d", r.Revision)
	if t.f.Release != nil && r.Release != *t.f.Release {
		where = fmt.Sprintf("%s of %s in %s", where, r.Release.Name, r.Release.Namespace)
	}
	return where
}

func policyWords(p hook.Policy) string {
	if !p.Set {
		return "no delete policy"
	}
	return "delete policy " + p.String()
}

func (t *story) release() {
	f := t.f
	switch {
	case f.Release == nil:
	case f.Current != nil:
		detail := fmt.Sprintf("revision %d, written %s", f.Current.Revision, instant(f.Current.Written))
		if chart := chartOf(f.Current); chart != "" {
			detail += ", chart " + chart
		}
		t.add("release", string(f.Current.Status), detail)
		if s := f.Stuck; s != nil {
			t.add("", "stuck", "its last Helm command never ended; "+s.Frees+" frees it")
		}
	default:
		t.add("release", "no record", t.recordsRead())
		t.withoutRecord()
	}
}

// recordsRead says how far the search for records went.
func (t *story) recordsRead() string {
	namespaces := make(map[string]bool)
	for i := range t.snap.Records {
		namespaces[t.snap.Records[i].Release.Namespace] = true
	}
	if len(t.snap.Records) == 0 {
		return "no record of any release was found"
	}
	text := fmt.Sprintf("%s in %s read", several(len(t.snap.Records), "record"), several(len(namespaces), "namespace"))
	if n := len(t.f.Evidence.Namesakes); n > 0 {
		other := t.f.Evidence.Namesakes[0]
		return text + fmt.Sprintf("; there is a %s in %s", other.Name, other.Namespace)
	}
	return text + ", none named " + t.f.Release.Name
}

func (t *story) withoutRecord() {
	name := t.f.Release.Name
	if w := t.f.Evidence.Witness; w != nil {
		how := "label"
		if w.Mark == snapshot.MarkAnnotation {
			how = "annotation meta.helm.sh/release-name"
		}
		t.add("", "it lives", fmt.Sprintf("%s bears its %s", objectName(w.Object), how))
		return
	}
	if t.snap.WitnessesEverywhere {
		t.add("", "no resources", fmt.Sprintf("no live workload or Service of %s, no meta.helm.sh/release-name=%s", name, name))
	}
}

func (t *story) state() {
	o, now := t.f.Object, t.snap.Time
	state := string(t.f.Status)
	if !o.Created.IsZero() {
		state += ", " + age(o.Created, now) + " old"
	}
	detail := ""
	if r := o.Run; r != nil && !r.Finished.IsZero() {
		detail = "finished " + instant(r.Finished)
		if !r.Expires.IsZero() {
			detail += ", Kubernetes deletes it " + instant(r.Expires)
		}
	}
	t.add("state", state, detail)
	if u := t.f.Evidence.Unfinished; u != nil && u.UID != o.UID {
		t.add("", "a hook runs", objectName(u.Ref())+" of the same release has not finished")
	}
	if t.f.Leaks {
		t.add("", "leaks", "helm uninstall will leave it behind")
	}
}

func objectName(r snapshot.ObjectRef) string {
	name := strings.ToLower(r.Kind) + "/" + r.Name
	if r.Namespace != "" {
		name += " in " + r.Namespace
	}
	return name
}

func instant(t time.Time) string {
	if t.IsZero() {
		return "at an unknown time"
	}
	return t.UTC().Format("2006-01-02 15:04:05Z")
}
