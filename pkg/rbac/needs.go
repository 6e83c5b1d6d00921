package rbac

// Command is a command of the plugin, as far as its rights differ from those of others.
type Command string

// The commands that send requests for objects.
const (
	Ls         Command = "ls"
	Why        Command = "why"
	Snapshot   Command = "snapshot"
	PruneDry   Command = "prune --dry-run=client"
	Prune      Command = "prune"
	Backup     Command = "prune --backup-dir"
	Restore    Command = "restore"
	Completion Command = "completion"
)

// Commands returns all of them.
func Commands() []Command {
	return []Command{Ls, Why, Snapshot, PruneDry, Prune, Backup, Restore, Completion}
}

// On says which resources a right is on.
type On string

// What rights are on, in the words of docs/rbac.md.
const (
	// Listed: what Discover of package cluster returns.
	Listed On = "every kind that can be listed and created, except for Events"
	// Chosen: those of Listed whose hook objects are looked at.
	Chosen On = "the kinds that are looked at: all, those of `--kind` or, for prune, those that it could delete"
	// Records are what Helm keeps its records in.
	Records On = "`secrets`, `configmaps`"
	// Runs are hooks that run and finish.
	Runs On = "`jobs.batch`, `pods`"
	// HelmReleases are Flux's, if the cluster has them.
	HelmReleases On = "`helmreleases.helm.toolkit.fluxcd.io`, if there are any"
	// OwnNamespace is the one that was asked for.
	OwnNamespace On = "`namespaces`, the one of `-n`"
	// Namespaces are all.
	Namespaces On = "`namespaces`"
	// ClusterID is the namespace whose UID tells clusters apart.
	ClusterID On = "`namespaces`, `kube-system` only"
	// Deleted are the kinds that the flags let go.
	Deleted On = "the kinds that the flags let go"
	// Logs are those of Pods.
	Logs On = "`pods/log`"
	// Pods are those whose logs are saved.
	Pods On = "`pods`"
	// Restored are the kinds in the backup.
	Restored On = "the kinds that are put back"
)

// Need is what a command does with some resources, and what for.
type Need struct {
	Verbs []string
	On    On
	For   string
}

// Needs returns what a command needs. Metadata alone takes the same right as whole
// objects do.
func Needs(c Command) []Need {
	cluster := Need{[]string{"get"}, ClusterID, "to tell this cluster from others"}
	switch c {
	case Ls, Why, Snapshot:
		return judging()
	case PruneDry:
		return append(judging(), cluster)
	case Prune:
		return append(Needs(PruneDry), Need{[]string{"get", "delete"}, Deleted, "to delete, and to see that it is gone"})
	case Backup:
		return append(
			Needs(Prune),
			Need{[]string{"get", "list"}, Pods, "to find the Pods of a Job"}, Need{[]string{"get"}, Logs, "to save their logs"},
		)
	case Restore:
		return []Need{{[]string{"get", "create"}, Restored, "to see what is there, and to make it again"}, cluster}
	case Completion:
		return []Need{
			{[]string{"list"}, Chosen, "names of hook objects"},
			{[]string{"list"}, Records, "names of releases"},
			{[]string{"list"}, Namespaces, "names of namespaces"},
		}
	default:
		return nil
	}
}

// judging is what it takes to judge hook objects.
func judging() []Need {
	return []Need{
		{[]string{"list"}, Listed, "hook objects, and what owns or uses them, or shows that a release lives"},
		{[]string{"get"}, Chosen, "objects that a record declares and that bear no annotation"},
		{[]string{"get", "list"}, Records, "Helm's records. This is the widest right: Kubernetes knows none for some Secrets only"},
		{[]string{"get", "list"}, Runs, "whether they have finished"},
		{[]string{"get"}, HelmReleases, "which release Flux makes of them"},
		{[]string{"get"}, OwnNamespace, "whether it is being deleted"},
	}
}
