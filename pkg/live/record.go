package live

import (
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// maxLabelValue is how long a label's value may be. Helm labels its records with
// the release's name, and one longer name would spoil the selector of a batch.
const maxLabelValue = 63

// Record takes from what is known of a Secret or ConfigMap what record it holds. It
// returns false for objects that are none of Helm's, whatever their labels say.
func Record(driver snapshot.Driver, t *Traits) (snapshot.Record, bool) {
	name, revision, ok := release.ParseKey(t.Name)
	if !ok || len(name) > maxLabelValue {
		return snapshot.Record{}, false
	}
	return snapshot.Record{
		RecordID: snapshot.RecordID{
			Release:  snapshot.ReleaseID{Driver: driver, Namespace: t.Namespace, Name: name},
			Revision: revision,
		},
		Status:          t.Status(),
		ResourceVersion: t.ResourceVersion,
		Written:         t.Written(),
	}, true
}
