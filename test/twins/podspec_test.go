//go:build e2e

package twins

import (
	"fmt"
	"strings"
)

// The ways in which pods use ConfigMaps and Secrets, besides envFrom.
const (
	viaEnv       = "env"
	viaVolume    = "volume"
	viaProjected = "projected"
)

// podSpec is that of a Pod, or of what makes Pods.
func (i *item) podSpec() object {
	c := object{"name": "main", "image": fmt.Sprintf("registry.k8s.io/pause:3.%d", i.Content), "env": []object{}}
	spec := object{"containers": []object{c}}
	if i.runs() || i.Kind == "CronJob" {
		spec["restartPolicy"] = "Never"
	}
	if account := i.Uses["ServiceAccount"]; account != "" {
		spec["serviceAccountName"] = account
	}
	if pull := i.Uses["pull"]; pull != "" {
		spec["imagePullSecrets"] = []object{{"name": pull}}
	}
	volumes := i.configure(c)
	if name := i.Uses["PersistentVolumeClaim"]; name != "" {
		volumes = append(volumes, object{"name": "data", "persistentVolumeClaim": object{"claimName": name}})
	}
	if volumes != nil {
		spec["volumes"] = volumes
	}
	return spec
}

// configure has a container use a ConfigMap and a Secret, and returns the volumes that this
// takes.
func (i *item) configure(c object) []object {
	var env, from, sources, volumes []object
	for _, kind := range []string{"ConfigMap", "Secret"} {
		name := i.Uses[kind]
		if name == "" {
			continue
		}
		field := map[string]string{"ConfigMap": "configMap", "Secret": "secret"}[kind]
		switch i.Via {
		case viaEnv:
			env = append(env, object{"name": "FROM_" + kind, "valueFrom": object{field + "KeyRef": object{"name": name, "key": "key"}}})
		case viaVolume:
			key := map[string]string{"ConfigMap": "name", "Secret": "secretName"}[kind]
			volumes = append(volumes, object{"name": "of-" + strings.ToLower(kind), field: object{key: name}})
		case viaProjected:
			sources = append(sources, object{field: object{"name": name}})
		default:
			from = append(from, object{field + "Ref": object{"name": name}})
		}
	}
	if env != nil {
		c["env"] = env
	}
	if from != nil {
		c["envFrom"] = from
	}
	if sources != nil {
		volumes = append(volumes, object{"name": "of-both", "projected": object{"sources": sources}})
	}
	return volumes
}
