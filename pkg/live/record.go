package live

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// maxLabelValue is how long a label's value may be. Helm labels its records with
// the release's name, and one longer name would spoil the selector of a batch.
const maxLabelValue = 63

// Record takes from the metadata of a Secret or ConfigMap what record it holds. It
// returns false for objects that are none of Helm's, whatever their labels say.
func Record(driver snapshot.Driver, m metav1.Object) (snapshot.Record, bool) {
	name, revision, ok := release.ParseKey(m.GetName())
	if !ok || len(name) > maxLabelValue {
		return snapshot.Record{}, false
	}
	return snapshot.Record{
		RecordID: snapshot.RecordID{
			Release:  snapshot.ReleaseID{Driver: driver, Namespace: m.GetNamespace(), Name: name},
			Revision: revision,
		},
		Status:          release.Status(m.GetLabels()[release.LabelStatus]),
		ResourceVersion: m.GetResourceVersion(),
		Written:         Written(m),
	}, true
}
