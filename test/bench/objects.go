package main

import (
	"fmt"
	"strings"
)

// hookSpec is a hook of a release, and the object that it left.
type hookSpec struct {
	kind, name, events, policy string
	live                       bool
}

// hooksOf are what the chart declares. Live ones have left their objects: what waits for
// its next run, and in some releases what nothing will ever delete.
func hooksOf(release string, live, orphan bool) []hookSpec {
	const always = "pre-install,pre-upgrade"
	return []hookSpec{
		{"Job", release + "-migrate", always, "before-hook-creation,hook-succeeded", false},
		{"ServiceAccount", release + "-migrate", always, "before-hook-creation", live},
		{"ConfigMap", release + "-migrate", always, "before-hook-creation", live},
		{"Job", release + "-seed", "post-install,post-upgrade", "before-hook-creation", live},
		{"Job", release + "-warm", "post-install", "", live && orphan},
	}
}

func (h hookSpec) apiVersion() string {
	if h.kind == "Job" {
		return "batch/v1"
	}
	return "v1"
}

func (h hookSpec) annotations() map[string]string {
	a := map[string]string{"helm.sh/hook": h.events}
	if h.policy != "" {
		a["helm.sh/hook-delete-policy"] = h.policy
	}
	return a
}

func (h hookSpec) manifest(release string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "apiVersion: %s\nkind: %s\nmetadata:\n  name: %s\n  labels:\n    app.kubernetes.io/instance: %s\n  annotations:\n", h.apiVersion(), h.kind, h.name, release)
	for key, value := range h.annotations() {
		fmt.Fprintf(&b, "    %s: %q\n", key, value)
	}
	if h.kind == "Job" {
		fmt.Fprintf(&b, "spec:\n  template:\n    spec:\n      restartPolicy: Never\n      serviceAccountName: %s-migrate\n      containers:\n"+
			"      - name: hook\n        image: example.com/shop:1\n        args: [migrate]\n", release)
	}
	return b.String()
}
