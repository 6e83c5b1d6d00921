//go:build e2e

package twins

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// deeds are what prune did in a twin, by the keys of objects.
type deeds struct {
	// gone is what it has deleted and is not there again, with its reason.
	gone map[string]string
	// ever is what it has deleted at any time.
	ever map[string]bool
	// unnamed is what it deleted while nobody named it.
	unnamed map[string]bool
	// later are the references that came after that, of those that the twin lacks.
	later map[string]bool
}

func newDeeds() deeds {
	return deeds{gone: make(map[string]string), ever: make(map[string]bool), unnamed: make(map[string]bool), later: make(map[string]bool)}
}

// note notes that prune has deleted an object. Named is what somebody named before.
func (d *deeds) note(key, reason string, named map[string]bool) {
	d.gone[key], d.ever[key], d.unnamed[key] = reason, true, !named[key]
}

// named are the objects to which a live object refers, or one that a retained record
// declares, unless its release is uninstalled.
func (w *world) named() (map[string]bool, error) {
	found := make(map[string]bool)
	var accounts []*thing
	see := func(x *thing) {
		for _, r := range x.refersTo() {
			found[w.twin.key(r.kind, x.GetNamespace(), r.name)] = true
		}
		if x.GetKind() == "ServiceAccount" {
			accounts = append(accounts, x)
		}
	}
	for _, x := range w.things {
		see(x)
	}
	for name, r := range w.records {
		release := name[len(recordName):strings.LastIndex(name, ".v")]
		if w.status(release) == "uninstalled" {
			continue
		}
		body, err := recordBody(&r)
		if err != nil {
			return nil, err
		}
		manifests := strings.Split(body.Manifest, "\n---\n")
		for i := range body.Hooks {
			manifests = append(manifests, body.Hooks[i].Manifest)
		}
		for _, m := range manifests {
			for _, x := range declaredBy(m, r.GetNamespace()) {
				see(new(x))
			}
		}
	}
	w.nameBindings(accounts, found)
	return found, nil
}

// nameBindings notes which bindings give one of the accounts something, and which roles a
// binding names.
func (w *world) nameBindings(accounts []*thing, found map[string]bool) {
	for key, x := range w.things {
		if role := w.roleOf(x); role != nil {
			found[role.key] = true
		}
		if slices.ContainsFunc(accounts, x.binds) {
			found[key] = true
		}
	}
}

// inTheWay tells whether prune has deleted what a chart makes, and Helm may find in the
// other twin.
func (d *deeds) inTheWay(chart []item) bool {
	return slices.ContainsFunc(chart, func(i item) bool {
		for key := range d.gone {
			if strings.HasPrefix(key, i.Kind+"/") && key[strings.LastIndexByte(key, '/')+1:] == i.Name {
				return true
			}
		}
		return false
	})
}

// free tells whether prune has deleted an object that nobody named.
func (d *deeds) free(key string) bool { return d.gone[key] != "" && d.unnamed[key] }

// excused tells whether the pruned twin may lack a reference. Who refers may have been
// pruned. And what an object refers to may be lacking if prune deleted it when nobody
// named it, neither a live object nor a declared one: who comes later and names it counts
// on what a release has left by chance, and nobody can know.
func (d *deeds) excused(reference string) bool {
	user, target, _ := strings.Cut(reference, " uses ")
	if d.gone[user] != "" {
		return true
	}
	if !d.free(target) {
		return false
	}
	d.later[reference] = true
	return true
}

// missed says which object a chart counts on that comes later, and so Helm failed, or "":
// prune had deleted it when nobody named it. Only a chart that is new can count on chance:
// an operation that brings none works from what was declared before.
func (t *twin) missed(o *op, output string) string {
	if o.Do != doInstall && o.Do != doUpgrade {
		return ""
	}
	for key := range t.deeds.gone {
		kind, name := strings.SplitN(key, "/", 2)[0], strings.ReplaceAll(key[strings.LastIndexByte(key, '/')+1:], "NS", t.namespace)
		if t.deeds.free(key) && strings.Contains(output, fmt.Sprintf("%s %q not found", strings.ToLower(kind), name)) {
			t.deeds.later[o.Do+" uses "+key] = true
			return "a chart that came later counted on " + kind + ", which nobody had named"
		}
	}
	return ""
}

// starved tells whether a workload is the same but for the pods that are ready: those of
// the pruned twin lack what it names, and may.
func (d *deeds) starved(key string, plain, pruned *thing, dangling []string) bool {
	a, _, counted := strings.Cut(plain.text, readyPods)
	b, _, _ := strings.Cut(pruned.text, readyPods)
	return counted && a == b && slices.ContainsFunc(dangling, func(reference string) bool {
		return strings.HasPrefix(reference, key+" uses ") && d.excused(reference)
	})
}

// waiting is what a claim is found to be that was deleted and is still there, since a Pod
// uses it that prune has deleted in the other twin: there it went, and Helm has made it anew.
const waiting = "waiting"

func (d *deeds) waits(plain, pruned *thing) bool {
	anew := strings.Replace(plain.text, `"deleting":true`, `"deleting":false`, 1) == pruned.text
	return anew && plain.GetKind() == "PersistentVolumeClaim" && slices.ContainsFunc(slices.Collect(maps.Keys(d.ever)), func(key string) bool {
		return strings.HasPrefix(key, "Pod/") || strings.HasPrefix(key, "Job/")
	})
}

// onlyWaiting tells whether nothing else is found.
func onlyWaiting(faults []fault) bool {
	return len(faults) > 0 && !slices.ContainsFunc(faults, func(f fault) bool { return f.What != waiting })
}

// readyPods begins the end of a workload's text.
const readyPods = `,"ready":`

// adopted tells whether both are one object of a release now, which was left by a hook in
// the plain twin and still bears the hook's annotations: Helm takes over what it is told
// to, with all that is annotated. In the other twin prune had deleted what was left, and
// Helm has made the object anew.
func (d *deeds) adopted(key string, plain, pruned *thing, a, b *twin) bool {
	return d.ever[key] && plain.hook() && plain.ordinary() && !pruned.hook() && a.plain(withoutHook(plain)) == b.plain(withoutHook(pruned))
}

func withoutHook(x *thing) string {
	c := x.DeepCopy()
	annotations := c.GetAnnotations()
	for name := range annotations {
		if strings.HasPrefix(name, "helm.sh/hook") {
			delete(annotations, name)
		}
	}
	unstructured.RemoveNestedField(c.Object, "metadata", "annotations")
	c.SetAnnotations(annotations)
	return essence(c)
}
