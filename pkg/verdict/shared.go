package verdict

import (
	"fmt"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// sharedWith says which other release declares an object, or has it as an ordinary
// resource, or "" if none is known to.
func (e *evidence) sharedWith(f *Finding) string {
	own := func(id snapshot.ReleaseID) bool { return f.Release != nil && id == *f.Release }
	for i := range f.Claims {
		if id := f.Claims[i].Record.Release; !own(id) {
			return fmt.Sprintf("%s in %s declares it too", id.Name, id.Namespace)
		}
	}
	for d := range e.resources.of(resourceKey{f.Object.Kind, f.Object.Name}, f.Object.Namespace) {
		if !own(d.claim.Record.Release) && d.matches(f.Object) {
			id := d.claim.Record.Release
			return fmt.Sprintf("it is an ordinary resource of %s in %s", id.Name, id.Namespace)
		}
	}
	return ""
}
