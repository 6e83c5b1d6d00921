//go:build e2e

package cron

import "testing"

const widgets = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets, singular: widget}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
`

// TestLaterKind: a kind that is defined after the role was made matters as soon as there
// is something that it could concern. The run then fails and names the rule, and what the
// command prints now has it.
func TestLaterKind(t *testing.T) {
	must(t, restock(t.Context()))
	whole := apply(t, "helmhooks", "helmhooks", flags("-A", "--yes")...)
	kubectl(t, "", "create", "namespace", "quiet")
	quiet := apply(t, "quiet", "helmhooks", flags("-n", "quiet", "--yes")...)
	kubectl(t, widgets, "apply", "-f", "-")
	defer kubectl(t, "", "delete", "crd", "widgets.example.com")
	kubectl(t, "", "wait", "--for=condition=Established", "crd/widgets.example.com")
	lost := right{"list", "example.com", "widgets", ""}
	must(t, eventually(t.Context(), "a run that misses the right on the new kind", func() (bool, error) {
		l := whole.run(t, "--dry-run=client")
		return l.code == 3 && l.names(lost), nil
	}))
	l := whole.run(t).exits(t, 3)
	l.complains(t, lost)
	equal(t, "there", there(t, orphans()), namesOf(orphans()))
	quiet.run(t).exits(t, 0) // nothing is there that a Widget could concern

	again := apply(t, "helmhooks", "helmhooks", flags("-A", "--yes")...)
	again.wantAllowed(t, "", lost, true)
	again.run(t).exits(t, 0)
	equal(t, "there after a prune", there(t, orphans()), nil)
}
