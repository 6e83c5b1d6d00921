package verdict

import (
	"cmp"
	"slices"
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// sortFindings sorts by release, objects of no known release last in their
// namespace, and within a release as Helm executes hooks: by event, weight and
// name, and where these are equal as the record has them.
func sortFindings(findings []Finding) {
	// There may be very many, and they are large: what is sorted is where they stand.
	order := make([]int, len(findings))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		return cmp.Or(compareFindings(&findings[i], &findings[j]), i-j)
	})
	arrange(findings, order)
}

// arrange puts what stands at order[i] to place i, in place. Order is used up.
func arrange[T any](list []T, order []int) {
	for start := range order {
		held := list[start]
		to := start
		for from := order[to]; from != start && from >= 0; from = order[to] {
			list[to], order[to] = list[from], -1
			to = from
		}
		if order[to] >= 0 {
			list[to], order[to] = held, -1
		}
	}
}

func compareFindings(a, b *Finding) int {
	return cmp.Or(
		strings.Compare(namespaceOf(a), namespaceOf(b)),
		-prefer(a.Release == nil, b.Release == nil),
		compareReleases(a.Release, b.Release),
		firstEvent(a)-firstEvent(b),
		cmp.Compare(a.Declared.Weight, b.Declared.Weight),
		strings.Compare(executedAs(a), executedAs(b)),
		recordOrder(a, b),
		strings.Compare(a.Object.Name, b.Object.Name),
		strings.Compare(a.Object.Kind, b.Object.Kind),
		strings.Compare(a.Object.Namespace, b.Object.Namespace),
		strings.Compare(a.Object.APIVersion, b.Object.APIVersion),
	)
}

// namespaceOf is the namespace under which a finding is listed: its release's.
func namespaceOf(f *Finding) string {
	if f.Release != nil {
		return f.Release.Namespace
	}
	return f.Object.Namespace
}

func compareReleases(a, b *snapshot.ReleaseID) int {
	if a == nil || b == nil {
		return 0
	}
	return a.Compare(*b)
}

func firstEvent(f *Finding) int {
	if len(f.Declared.Events) == 0 {
		return hook.Event("").Order()
	}
	return f.Declared.Events[0].Order()
}

// executedAs is the name that Helm sorts by: the record's. A List, and an object
// with a generated name, has none there, so its hook runs before those of its
// weight that have one.
func executedAs(f *Finding) string {
	if f.Claim != nil {
		return f.Claim.Hook.Name
	}
	return f.Object.Name
}

// recordOrder sorts by the newest record that declares the object, then by the
// place in it. What no record declares comes last.
func recordOrder(a, b *Finding) int {
	if a.Claim == nil || b.Claim == nil {
		return prefer(a.Claim != nil, b.Claim != nil)
	}
	return cmp.Or(
		cmp.Compare(b.Claim.Record.Revision, a.Claim.Record.Revision),
		a.Claim.Record.Release.Compare(b.Claim.Record.Release),
		a.Claim.Index-b.Claim.Index,
	)
}
