package verdict

import (
	"fmt"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// sharedWith says which other release declares an object, or "" if none is known to. What
// one has as an ordinary resource is no orphan.
func (e *evidence) sharedWith(f *Finding) string {
	own := func(id snapshot.ReleaseID) bool { return f.Release != nil && id == *f.Release }
	for i := range f.Claims {
		if id := f.Claims[i].Record.Release; !own(id) {
			return fmt.Sprintf("%s in %s declares it too", id.Name, id.Namespace)
		}
	}
	return ""
}
