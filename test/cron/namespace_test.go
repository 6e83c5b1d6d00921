//go:build e2e

package cron

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestOneNamespace: with -n the job lives in the namespace and has rights in it only.
// What that namespace alone can prove goes, saved on the claim before; what takes the
// rest of the cluster to prove stays, and fails the run.
func TestOneNamespace(t *testing.T) {
	const namespace = "backup"
	must(t, makeNamespace(t.Context(), namespace, map[string]string{"pod-security.kubernetes.io/enforce": "restricted"}))
	_, err := stage.client.CoreV1().PersistentVolumeClaims(namespace).Create(t.Context(), &corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Name: "saved"},
		Spec: corev1.PersistentVolumeClaimSpec{
			AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			Resources:   corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}},
		},
	}, metav1.CreateOptions{})
	must(t, err)
	dir := filepath.Join(t.TempDir(), "backup")
	args := flags("-n", namespace, "--yes", "--backup-claim=saved", "--backup-dir="+dir)
	j := apply(t, namespace, "helmhooks", args...)
	l := j.run(t).exits(t, 0) // nothing is there: a healthy namespace is no alarm
	if len(l.gaps) > 0 || l.stderr != "" {
		t.Errorf("an empty namespace: %+v", l.result)
	}
	j.mayNothingElsewhere(t)

	kubectl(t, "", "label", "namespace", namespace, "pod-security.kubernetes.io/enforce-") // for the chart's own Pods
	install(t, namespace)
	l = j.run(t).exits(t, 0)
	equal(t, "deleted", l.with("deleted"), []string{"Job/seed"})
	entries, err := filepath.Glob(filepath.Join(dir, "*", "job_backup_seed_*.yaml"))
	if err != nil || len(entries) != 1 || !strings.HasPrefix(l.summary.Backup, dir) {
		t.Errorf("backup %q: %v, %v", l.summary.Backup, entries, err)
	}
	if index, err := os.ReadFile(filepath.Join(l.summary.Backup, "index.jsonl")); err != nil || !strings.Contains(string(index), l.summary.Cluster) || l.summary.Cluster == "" {
		t.Errorf("the backup does not say of which cluster it is: %s, %v", index, err)
	}

	_, err = stage.client.CoreV1().ConfigMaps(namespace).Create(t.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
		Name: "left", Annotations: map[string]string{"helm.sh/hook": "pre-install"}, Labels: map[string]string{"app.kubernetes.io/instance": "gone-" + namespace},
	}}, metav1.CreateOptions{FieldManager: "helm"})
	must(t, err)
	l = j.run(t).exits(t, 3)
	equal(t, "left alone", l.with("left alone"), []string{"ConfigMap/left"})
	if !strings.Contains(l.summary.Error, "add the rule") {
		t.Errorf("nobody is told what lacks: %q", l.summary.Error)
	}
}

// mayNothingElsewhere holds that the job has no right in another namespace, nor on what
// has none but to see which cluster it is.
func (j *job) mayNothingElsewhere(t *testing.T) {
	t.Helper()
	account := "system:serviceaccount:" + j.namespace + ":" + j.account
	list := kubectl(t, "", "auth", "can-i", "--list", "--as="+account, "--namespace="+team)
	for line := range strings.Lines(list) {
		name, _, _ := strings.Cut(line, " ")
		if !slices.Contains([]string{"Resources", "", "namespaces"}, name) && !strings.HasPrefix(name, "self") {
			t.Errorf("in %s: %s", team, line)
		}
	}
	if !strings.Contains(list, "kube-system") {
		t.Errorf("the job cannot see which cluster it is: %s", list)
	}
}

// TestEachNamespacedRight takes each right in turn from the Role of one namespace.
func TestEachNamespacedRight(t *testing.T) {
	const namespace = "tenant"
	must(t, makeNamespace(t.Context(), namespace, nil))
	j := apply(t, namespace, "helmhooks", flags("-n", namespace, "--yes")...)
	roles := stage.client.RbacV1().Roles(namespace)
	role, err := roles.Get(t.Context(), j.account, metav1.GetOptions{})
	must(t, err)
	rules := role.Rules
	var before right
	for _, lost := range rightsOf(rules) {
		install(t, namespace)
		role.Rules = without(rules, lost)
		role, err = roles.Update(t.Context(), role, metav1.UpdateOptions{})
		must(t, err)
		j.wantAllowed(t, namespace, lost, false)
		if before != (right{}) {
			j.wantAllowed(t, namespace, before, true)
		}
		before = lost
		l := j.run(t)
		if l.code != 0 {
			l.complains(t, lost)
		}
		if got := l.with("deleted"); l.code != 0 && len(got) > 0 && lost.verb == "delete" || l.code == 0 && !slices.Equal(got, []string{"Job/seed"}) {
			t.Errorf("without %s: exit code %d, deleted %q", lost, l.code, got)
		}
		t.Logf("without %s: exit code %d, deleted %q", lost, l.code, l.with("deleted"))
	}
}
