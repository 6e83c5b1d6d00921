package verdict

import (
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// ordinary tells whether an object is an ordinary resource of a release that is
// installed, by Helm's own annotations, or in any release's current or deployed manifest,
// whoever else declares it. A rollback of what is uninstalled deletes what its manifest has
// and the other one does not.
func (e *evidence) ordinary(o *snapshot.Object) bool {
	name, namespace := o.Annotations[annotationReleaseName], o.Annotations[annotationReleaseNamespace]
	if name != "" && namespace != "" && e.installed(namespace, name) {
		return true
	}
	return e.listedBy(o) != nil
}

// listedBy is a release's current or deployed record in whose manifest the object is, or nil.
func (e *evidence) listedBy(o *snapshot.Object) *snapshot.Record {
	for d := range e.resources.of(resourceKey{o.Kind, o.Name}, o.Namespace) {
		if d.matches(o) {
			return d.claim.Record
		}
	}
	return nil
}

// installed tells whether there is a release of that name and namespace which is
// not uninstalled. Its records can be stored in another namespace: until a body
// tells, any release of the name may be the one.
func (e *evidence) installed(namespace, name string) bool {
	return slices.ContainsFunc(e.called(name), func(id snapshot.ReleaseID) bool {
		current := e.releases[id][0]
		if current.Status == release.StatusUninstalled {
			return false
		}
		return id.Namespace == namespace || current.Body == nil || current.Body.Namespace == namespace
	})
}

// called are the releases of exactly that name.
func (e *evidence) called(name string) []snapshot.ReleaseID {
	var ids []snapshot.ReleaseID
	for _, id := range e.byName[dashed(name)] {
		if id.Name == name {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, snapshot.ReleaseID.Compare)
	return ids
}

// namesakes are releases of the same name, wherever they are stored.
func (e *evidence) namesakes(id *snapshot.ReleaseID) []snapshot.ReleaseID {
	return slices.DeleteFunc(e.called(id.Name), func(other snapshot.ReleaseID) bool { return other == *id })
}

// witness is a live object which shows that a release without records lives, or nil.
// A label counts in the object's own namespace and the release's only: the same
// name stands on labels of others everywhere.
func (e *evidence) witness(o *snapshot.Object, id *snapshot.ReleaseID) *snapshot.Witness {
	for _, w := range e.signs.witnesses[id.Name] {
		if w.Object.UID == o.UID {
			continue
		}
		if w.Mark == snapshot.MarkAnnotation || w.Namespace == id.Namespace || w.Namespace == o.Namespace {
			return w
		}
	}
	return nil
}
