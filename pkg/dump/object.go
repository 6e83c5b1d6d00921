package dump

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// object is what an object of any kind is decoded into. Parts that mean something
// only in some kinds stay text until the kind is known. It lives no longer than
// the collector looks at it.
type object struct {
	APIVersion string            `json:"apiVersion"`
	Kind       string            `json:"kind"`
	Metadata   metav1.ObjectMeta `json:"metadata"`
	Data       json.RawMessage   `json:"data,omitempty"`
	Spec       json.RawMessage   `json:"spec,omitempty"`
	Status     json.RawMessage   `json:"status,omitempty"`
	Items      json.RawMessage   `json:"items,omitempty"`
	// What names others in kinds that have no spec.
	Template         json.RawMessage `json:"template,omitempty"`
	RoleRef          json.RawMessage `json:"roleRef,omitempty"`
	Subjects         json.RawMessage `json:"subjects,omitempty"`
	AggregationRule  json.RawMessage `json:"aggregationRule,omitempty"`
	Secrets          json.RawMessage `json:"secrets,omitempty"`
	ImagePullSecrets json.RawMessage `json:"imagePullSecrets,omitempty"`
	Webhooks         json.RawMessage `json:"webhooks,omitempty"`
}

// field is where the value of a key goes; that of other keys goes nowhere.
func (o *object) field(key string) any {
	switch key {
	case "kind":
		return &o.Kind
	case "metadata":
		return &o.Metadata
	case "data":
		return &o.Data
	case "spec":
		return &o.Spec
	case "status":
		return &o.Status
	case "template":
		return &o.Template
	case "roleRef":
		return &o.RoleRef
	case "subjects":
		return &o.Subjects
	case "aggregationRule":
		return &o.AggregationRule
	case "secrets":
		return &o.Secrets
	case "imagePullSecrets":
		return &o.ImagePullSecrets
	case "webhooks":
		return &o.Webhooks
	default:
		return new(json.RawMessage)
	}
}

// isList tells whether the object is a List, and not of a kind that only ends so.
func (o *object) isList() bool {
	return strings.HasSuffix(o.Kind, "List") && bytes.HasPrefix(bytes.TrimSpace(o.Items), []byte("["))
}

// check refuses what no API server can have shown.
func (o *object) check() error {
	switch {
	case isOurs(o.APIVersion):
		return notSnapshot(o.APIVersion, o.Kind)
	case o.Kind == "" || o.APIVersion == "":
		return errors.New("not an object of Kubernetes: it has no kind or no apiVersion")
	case o.Metadata.Name == "":
		return fmt.Errorf("not from a cluster: a %s without a name", o.Kind)
	}
	return nil
}

// isEvent tells whether it is an Event: they are many, and nobody ships them.
func isEvent(apiVersion, kind string) bool {
	return kind == "Event" && (apiVersion == "v1" || snapshot.Group(apiVersion) == "events.k8s.io")
}

// run says how far a Job or Pod has come, and is nil for other kinds.
func (o *object) run() (*snapshot.Run, error) {
	if !hook.Runs(snapshot.Group(o.APIVersion), o.Kind) {
		return nil, nil
	}
	if o.Kind == "Pod" {
		var pod corev1.Pod
		if err := o.part("status", o.Status, &pod.Status); err != nil {
			return nil, err
		}
		run := live.Pod(&pod)
		return &run, nil
	}
	var job batchv1.Job
	var spec struct {
		Suspend *bool  `json:"suspend"`
		TTL     *int32 `json:"ttlSecondsAfterFinished"`
	}
	if err := errors.Join(o.part("spec", o.Spec, &spec), o.part("status", o.Status, &job.Status)); err != nil {
		return nil, err
	}
	job.Spec.Suspend, job.Spec.TTLSecondsAfterFinished = spec.Suspend, spec.TTL
	run := live.Job(&job)
	return &run, nil
}

// part decodes a part of the object.
func (o *object) part(name string, raw json.RawMessage, into any) error {
	if raw == nil {
		return nil
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return o.wrongPart(name, err)
	}
	return nil
}

func (o *object) wrongPart(name string, err error) error {
	return fmt.Errorf("the %s of %s %s: %w", name, o.Kind, o.Metadata.Name, wrongType(err))
}

// record returns the record that the object is, if it is one.
func (o *object) record() (snapshot.Record, bool) {
	if selected := labelled(o.Metadata.Labels, release.OwnerSelector); !selected || o.APIVersion != "v1" {
		return snapshot.Record{}, false
	}
	t := live.TraitsOf(&o.Metadata)
	switch o.Kind {
	case "Secret":
		return live.Record(snapshot.Secrets, &t)
	case "ConfigMap":
		return live.Record(snapshot.ConfigMaps, &t)
	default:
		return snapshot.Record{}, false
	}
}

func labelled(labels map[string]string, selector string) bool {
	key, value, _ := strings.Cut(selector, "=")
	return labels[key] == value
}

// payload is the record's body as Helm stored it. A Secret's data are in base64
// once more.
func (o *object) payload() ([]byte, error) {
	data := make(map[string]json.RawMessage)
	if o.Data != nil {
		if err := json.Unmarshal(o.Data, &data); err != nil {
			return nil, errors.New("its data are no map")
		}
	}
	raw, ok := data[release.DataKey]
	if !ok {
		return nil, errors.New("its data are not in the file")
	}
	if o.Kind == "Secret" {
		var payload []byte
		if err := json.Unmarshal(raw, &payload); err != nil {
			return nil, errors.New("its data are not base64")
		}
		return payload, nil
	}
	var payload string
	if err := json.Unmarshal(raw, &payload); err != nil {
		return nil, errors.New("its data are no text")
	}
	return []byte(payload), nil
}
