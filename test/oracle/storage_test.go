package oracle

import (
	"context"
	"errors"
	"io"
	"log"
	"os"
	"testing"

	release3 "helm.sh/helm/v3/pkg/release"
	driver3 "helm.sh/helm/v3/pkg/storage/driver"
	releaser4 "helm.sh/helm/v4/pkg/release"
	release4 "helm.sh/helm/v4/pkg/release/v1"
	driver4 "helm.sh/helm/v4/pkg/storage/driver"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	corev1client "k8s.io/client-go/kubernetes/typed/core/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
)

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard) // Helm tells of every object that it drops
	os.Exit(m.Run())
}

// secrets is all of an API server that Helm's driver needs to store one record.
type secrets struct {
	corev1client.SecretInterface
	stored *corev1.Secret
}

func (s *secrets) Create(_ context.Context, o *corev1.Secret, _ metav1.CreateOptions) (*corev1.Secret, error) {
	s.stored = o
	return o, nil
}

// List is what Helm's drivers read by: at a record that it cannot decode, Get of
// Helm 3 crashes.
func (s *secrets) List(context.Context, metav1.ListOptions) (*corev1.SecretList, error) {
	return &corev1.SecretList{Items: []corev1.Secret{*s.stored}}, nil
}

// holding is a store with one record of the given payload.
func holding(payload []byte) *secrets {
	return &secrets{stored: &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: "record"},
		Data:       map[string][]byte{release.DataKey: payload},
	}}
}

// A helm is one major version's driver: what it stores, and what it reads of it.
type helm struct {
	name string
	// store returns the Secret that Helm makes of the release.
	store func(t testing.TB, s spec) *corev1.Secret
	// load returns what Helm itself reads of a payload.
	load func(payload []byte) (*release.Body, error)
}

func helms() []helm {
	return []helm{{"helm3", store3, load3}, {"helm4", store4, load4}}
}

func store3(t testing.TB, s spec) *corev1.Secret {
	t.Helper()
	api := new(secrets)
	if err := driver3.NewSecrets(api).Create(release.Key(s.name, s.version), s.helm3()); err != nil {
		t.Fatal(err)
	}
	return api.stored
}

func store4(t testing.TB, s spec) *corev1.Secret {
	t.Helper()
	api := new(secrets)
	if err := driver4.NewSecrets(api).Create(release.Key(s.name, s.version), s.helm4()); err != nil {
		t.Fatal(err)
	}
	return api.stored
}

func load3(payload []byte) (*release.Body, error) {
	list, err := driver3.NewSecrets(holding(payload)).List(func(*release3.Release) bool { return true })
	if err != nil || len(list) != 1 {
		return nil, errors.Join(err, errRefused)
	}
	return body3(list[0]), nil
}

func load4(payload []byte) (*release.Body, error) {
	list, err := driver4.NewSecrets(holding(payload)).List(func(releaser4.Releaser) bool { return true })
	if err != nil || len(list) != 1 {
		return nil, errors.Join(err, errRefused)
	}
	return body4(list[0].(*release4.Release)), nil
}

// errRefused: Helm passes over records that it cannot decode.
var errRefused = errors.New("Helm does not read it")
