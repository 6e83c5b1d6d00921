package verdict

import (
	"fmt"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// Stuck is a release whose last Helm operation never ended: no command but the one
// that frees it will do.
type Stuck struct {
	Status release.Status
	// Since is when its record was last written.
	Since time.Time
	// Frees is the Helm command that ends the operation.
	Frees string
}

// stuckRelease returns how a release is stuck, or nil if it is not: if nothing is in
// flight, or so lately that Helm may still be at work.
func (e *evidence) stuckRelease(id *snapshot.ReleaseID, o *Options) *Stuck {
	if id == nil {
		return nil
	}
	v := view{release: id, records: e.releases[*id]}
	if !v.inFlight() || e.fresh(v.current(), o) {
		return nil
	}
	c := v.current()
	return &Stuck{Status: c.Status, Since: c.Written, Frees: frees(&v)}
}

// frees is the command that frees a release. A rollback goes to the revision that
// was deployed last; where none ever was there is nothing to go back to.
func frees(v *view) string {
	command := "helm uninstall " + v.release.Name
	switch c := v.current(); c.Status {
	case release.StatusPendingUpgrade, release.StatusPendingRollback:
		for _, r := range v.records[1:] {
			if r.Status == release.StatusDeployed || r.Status == release.StatusSuperseded {
				command = fmt.Sprintf("helm rollback %s %d", v.release.Name, r.Revision)
				break
			}
		}
	case release.StatusDeployed:
		command = "helm test " + v.release.Name
	}
	command += " -n " + v.release.Namespace
	if v.release.Driver == snapshot.ConfigMaps {
		command = "HELM_DRIVER=configmap " + command
	}
	return command
}
