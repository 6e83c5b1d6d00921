//go:build e2e

package cluster_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

func TestUserMayOnlyWhatRBACGrants(t *testing.T) {
	t.Parallel()
	ns := namespace(t)
	kubeconfig, err := shared.UserKubeconfig("alice", "auditors")
	if err != nil {
		t.Fatal(err)
	}
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	alice := kubernetes.NewForConfigOrDie(config)
	if _, err := alice.CoreV1().Secrets(ns).List(t.Context(), metav1.ListOptions{}); !apierrors.IsForbidden(err) {
		t.Fatalf("without a grant: %v", err)
	}
	if _, err := client(t).RbacV1().RoleBindings(ns).Create(t.Context(), &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "auditors"},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: "auditors"}},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "admin"},
	}, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	// The API server learns of bindings by watching them.
	eventually(t, "a grant to the group", func(ctx context.Context) (bool, error) {
		_, err := alice.CoreV1().Secrets(ns).List(ctx, metav1.ListOptions{})
		return err == nil, err
	})
}

// auditEvent is what the tests look at of a line in the audit log.
type auditEvent struct {
	Stage, Level, Verb string
	User               struct{ Username string }
	ObjectRef          struct{ Resource, Namespace, Name string }
}

func auditEvents(t *testing.T) []auditEvent {
	t.Helper()
	data, err := os.ReadFile(shared.AuditLog)
	if err != nil {
		t.Fatal(err)
	}
	var events []auditEvent
	for line := range bytes.Lines(data) {
		// The last line may still be on its way.
		if !bytes.HasSuffix(line, []byte("\n")) {
			break
		}
		var event auditEvent
		if err := json.Unmarshal(line, &event); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		events = append(events, event)
	}
	return events
}

func TestAuditLogHasFinishedRequests(t *testing.T) {
	t.Parallel()
	ns := namespace(t)
	_, err := client(t).CoreV1().ConfigMaps(ns).Get(t.Context(), "nothing", metav1.GetOptions{})
	if !apierrors.IsNotFound(err) {
		t.Fatal(err)
	}
	want := auditEvent{Stage: "ResponseComplete", Level: "Metadata", Verb: "get"}
	want.User.Username = "helmhooks-test-admin"
	want.ObjectRef.Resource, want.ObjectRef.Namespace, want.ObjectRef.Name = "configmaps", ns, "nothing"
	// The event is written when the answer is under way already.
	eventually(t, "request in the audit log", func(context.Context) (bool, error) {
		return slices.Contains(auditEvents(t), want), nil
	})
	for _, event := range auditEvents(t) {
		if event.Stage != want.Stage || event.Level != want.Level {
			t.Fatalf("stage %q at level %q", event.Stage, event.Level)
		}
	}
}

func TestKubectlWorksWithTheKubeconfig(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(filepath.Join(shared.BinDir, "kubectl"), "get", "nodes", "-o", "name")
	cmd.Env = append(cluster.Env(), "KUBECONFIG="+shared.Kubeconfig, "HOME="+t.TempDir())
	out, err := cmd.CombinedOutput()
	if err != nil || string(bytes.TrimSpace(out)) != "node/"+cluster.NodeName {
		t.Errorf("%s, %v", out, err)
	}
}
