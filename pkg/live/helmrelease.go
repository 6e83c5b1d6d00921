package live

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// The kind of Flux that stands for a release.
const (
	FluxGroup = "helm.toolkit.fluxcd.io"
	FluxKind  = "HelmRelease"
	// FluxResource is what its API calls the kind.
	FluxResource = "helmreleases"
)

// HelmRelease reads the spec of Flux's HelmRelease, and applies the defaults that
// its helm-controller applies: the release is named [targetNamespace-]name, and
// target and storage are the HelmRelease's own namespace.
func HelmRelease(n snapshot.FluxName, spec []byte) (snapshot.HelmRelease, error) {
	var s struct {
		ReleaseName      string `json:"releaseName"`
		TargetNamespace  string `json:"targetNamespace"`
		StorageNamespace string `json:"storageNamespace"`
	}
	if len(spec) > 0 {
		if err := json.Unmarshal(spec, &s); err != nil {
			return snapshot.HelmRelease{}, err
		}
	}
	name := s.ReleaseName
	switch {
	case name != "":
	case s.TargetNamespace != "":
		name = s.TargetNamespace + "-" + n.Name
	default:
		name = n.Name
	}
	return snapshot.HelmRelease{
		Namespace: n.Namespace, Name: n.Name,
		Release: shortened(name),
		Target:  cmp.Or(s.TargetNamespace, n.Namespace),
		Storage: cmp.Or(s.StorageNamespace, n.Namespace),
	}, nil
}

const (
	// maxReleaseName is how long Helm lets a release's name be.
	maxReleaseName = 53
	// shortHash is how much of a hash Flux ends a shortened name with.
	shortHash = 12
)

// shortened is a release's name as Flux shortens it: its beginning, a hyphen, and
// the beginning of its SHA-256 in hex.
func shortened(name string) string {
	if len(name) <= maxReleaseName {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return name[:maxReleaseName-shortHash-1] + "-" + hex.EncodeToString(sum[:])[:shortHash]
}
