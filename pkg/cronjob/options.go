package cronjob

import (
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
)

// Options say what to make.
type Options struct {
	// Name is that of all objects.
	Name string
	// Namespace is where the job lives, and MakeNamespace tells whether it is made.
	Namespace     string
	MakeNamespace bool
	// Scope is the namespace that is looked at, or empty for all.
	Scope string
	// Rules hold in the scope.
	Rules []rbacv1.PolicyRule
	// ClusterRules, if any, hold everywhere although the scope is one namespace.
	ClusterRules []rbacv1.PolicyRule
	// Deletes tells whether the job deletes, or only reports.
	Deletes  bool
	Image    string
	Args     []string
	Schedule string
	TimeZone string
	// Deadline is how long a run may take, with everything around it.
	Deadline time.Duration
	// BackupClaim is the claim of the volume for backups, if there is one, which is
	// mounted at BackupDir.
	BackupClaim, BackupDir string
}

// Container is the name of the one that runs prune.
const Container = "prune"

// user is what the image runs as: not root, and nobody that a node knows.
const user int64 = 65532

// What a run is given. Memory grows with what is in a cluster, not with the number of
// runs: reading tens of thousands of objects takes some 150 MiB. The garbage collector
// works harder before the limit is reached.
const (
	cpuRequest    = "50m"
	memoryRequest = "128Mi"
	memoryLimit   = "512Mi"
	goMemoryLimit = "460MiB"
)

const (
	// history is how many Jobs of each outcome stay, to be read.
	history int32 = 3
	// late is how late, in seconds, a run may begin that was missed: not at all is worse.
	late int64 = 3600
	// grace is how long, in seconds, a run has to finish what it has begun.
	grace int64 = 60
)
