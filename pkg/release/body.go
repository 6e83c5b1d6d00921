package release

import (
	"slices"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
)

// Status is the state of one record.
type Status string

// The statuses that Helm writes.
const (
	StatusUnknown         Status = "unknown"
	StatusDeployed        Status = "deployed"
	StatusUninstalled     Status = "uninstalled"
	StatusSuperseded      Status = "superseded"
	StatusFailed          Status = "failed"
	StatusUninstalling    Status = "uninstalling"
	StatusPendingInstall  Status = "pending-install"
	StatusPendingUpgrade  Status = "pending-upgrade"
	StatusPendingRollback Status = "pending-rollback"
)

// Shared returns the status, and if Helm writes it as a text that all share.
func (s Status) Shared() Status {
	for _, known := range []Status{
		StatusSuperseded, StatusDeployed, StatusFailed, StatusUninstalled, StatusUninstalling,
		StatusPendingInstall, StatusPendingUpgrade, StatusPendingRollback, StatusUnknown,
	} {
		if s == known {
			return known
		}
	}
	return s
}

// InFlight tells whether a Helm operation set the status at its start and has
// not ended since: it is under way, or was killed.
func (s Status) InFlight() bool {
	return slices.Contains([]Status{
		StatusPendingInstall, StatusPendingUpgrade, StatusPendingRollback, StatusUninstalling,
	}, s)
}

// Body is what this program needs of a record's body. It holds no manifest, no
// values and no chart files, and so nothing secret.
type Body struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	Revision  int    `json:"revision"`
	Status    Status `json:"status"`
	// ApplyMethod is "ssa" or "csa" in Helm 4's records and empty in Helm 3's.
	ApplyMethod   string    `json:"applyMethod,omitempty"`
	Chart         Chart     `json:"chart,omitzero"`
	FirstDeployed time.Time `json:"firstDeployed,omitzero"`
	LastDeployed  time.Time `json:"lastDeployed,omitzero"`
	Deleted       time.Time `json:"deleted,omitzero"`
	// Hooks in the order of the record, which is Helm's order of kinds.
	Hooks []Hook `json:"hooks,omitempty"`
	// Resources are the ordinary resources, if the decoder was asked for them.
	Resources []Ref `json:"resources,omitempty"`
}

// Chart names the chart of a record.
type Chart struct {
	Name    string `json:"name,omitempty"`
	Version string `json:"version,omitempty"`
}

// Hook is one declared hook.
type Hook struct {
	// Name and Kind as the record has them. Name is empty for a List and for
	// objects that use generateName.
	Name string `json:"name,omitempty"`
	Kind string `json:"kind,omitempty"`
	// Path is the template that the hook comes from.
	Path   string       `json:"path,omitempty"`
	Events []hook.Event `json:"events,omitempty"`
	Weight int          `json:"weight"`
	// DeletePolicies as the record has them. Helm adds before-hook-creation here
	// when a hook without any policy runs, so this list does not tell whether the
	// chart set one: Declared does.
	DeletePolicies []hook.DeletePolicy `json:"deletePolicies,omitempty"`
	LastRun        Run                 `json:"lastRun,omitzero"`
	// Declared is what the manifest's annotations say.
	Declared hook.Declaration `json:"declared"`
	// Objects are what Helm creates from the manifest: one, or a List's items.
	Objects []Ref `json:"objects,omitempty"`
	// Digest tells one text of the manifest from another.
	Digest string `json:"digest,omitempty"`
	// Unreadable says why the manifest could not be read. Objects then holds the
	// record's own name and kind, and Declared is empty.
	Unreadable string `json:"unreadable,omitempty"`
}

// Run is the last run of a hook, as the record has it.
type Run struct {
	StartedAt   time.Time `json:"startedAt,omitzero"`
	CompletedAt time.Time `json:"completedAt,omitzero"`
	// Phase is Unknown, Running, Succeeded, Failed, or empty if it never ran.
	Phase string `json:"phase,omitempty"`
}

// Ref names an object that a manifest declares. Namespace is empty when the
// manifest leaves it to the release.
type Ref struct {
	APIVersion   string `json:"apiVersion,omitempty"`
	Kind         string `json:"kind"`
	Namespace    string `json:"namespace,omitempty"`
	Name         string `json:"name,omitempty"`
	GenerateName string `json:"generateName,omitempty"`
}
