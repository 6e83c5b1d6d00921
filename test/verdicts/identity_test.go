//go:build e2e

package verdicts

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// Users that are real ones, with no rights but those that are granted here.
const (
	readerUser = "verdicts-reader"
	tenantUser = "verdicts-tenant"
)

// tenantScenes are those that the tenant looks at, each with rights in its namespace
// only.
func tenantScenes() []string { return []string{"killed", "gone", "dropped", "policies"} }

// lookAsOthers asks for the same verdicts with less rights.
func lookAsOthers(ctx context.Context) error {
	if err := grantReading(ctx, readerUser, ""); err != nil {
		return err
	}
	kubeconfig, err := stage.Cluster.UserKubeconfig(readerUser)
	if err != nil {
		return err
	}
	if stage.reader, err = lsAs(ctx, kubeconfig, append(whenLate.flags(), "-A")...); err != nil {
		return err
	}
	if kubeconfig, err = stage.Cluster.UserKubeconfig(tenantUser); err != nil {
		return err
	}
	stage.tenants = make(map[string]output)
	for _, s := range scenes() {
		for _, major := range s.helms {
			namespace := namespaceOf(s, major)
			if !isTenant(s.name) {
				continue
			}
			if err := grantReading(ctx, tenantUser, namespace); err != nil {
				return err
			}
			if stage.tenants[namespace], err = lsAs(ctx, kubeconfig, append(whenLate.flags(), "-n", namespace)...); err != nil {
				return err
			}
		}
	}
	return nil
}

func isTenant(scene string) bool {
	for _, name := range tenantScenes() {
		if name == scene {
			return true
		}
	}
	return false
}

// grantReading lets a user get and list all, in a namespace or everywhere (""), and
// returns once the API server knows.
func grantReading(ctx context.Context, user, namespace string) error {
	kubectl := func(args ...string) error {
		if namespace != "" {
			args = append(args, "--namespace", namespace)
		}
		cmd := exec.CommandContext(ctx, filepath.Join(stage.Cluster.BinDir, "kubectl"), args...)
		cmd.Env = append(cluster.Env(), "KUBECONFIG="+stage.Cluster.Kubeconfig)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("kubectl %s: %w\n%s", strings.Join(args, " "), err, out)
		}
		return nil
	}
	role, binding := "clusterrole", "clusterrolebinding"
	if namespace != "" {
		role, binding = "role", "rolebinding"
	}
	// Not of the hooks' own kinds of names, so that nobody takes it for theirs.
	if err := kubectl("create", role, user, "--verb=get,list", "--resource=*.*"); err != nil {
		return err
	}
	if err := kubectl("create", binding, user, "--"+role+"="+user, "--user="+user); err != nil {
		return err
	}
	for deadline := time.Now().Add(30 * time.Second); kubectl("auth", "can-i", "list", "secrets", "--as", user) != nil; {
		if time.Now().After(deadline) {
			return fmt.Errorf("%s may not list Secrets after 30s", user)
		}
		time.Sleep(100 * time.Millisecond)
	}
	return nil
}

// TestReadingIsEnough: who may get and list everything, and nothing else, is told what
// the administrator is told.
func TestReadingIsEnough(t *testing.T) {
	want := stage.judged[whenLate].byID(t, "")
	if diff := cmp.Diff(want, stage.reader.byID(t, "")); diff != "" {
		t.Errorf("(-administrator +reader):\n%s", diff)
	}
	if stage.reader.stderr != stage.judged[whenLate].stderr || stage.reader.code != 0 {
		t.Errorf("the reader is told:\n%s\nthe administrator:\n%s", stage.reader.stderr, stage.judged[whenLate].stderr)
	}
}

// TestRightsInOneNamespace: what one namespace tells is told, and what others could
// tell otherwise is unknown; nothing is said to be what the administrator would be told
// otherwise of.
func TestRightsInOneNamespace(t *testing.T) {
	unknown := told{Verdict: "unknown", Reason: "IncompleteEvidence"}
	for namespace, o := range stage.tenants {
		t.Run(namespace, func(t *testing.T) {
			want := stage.judged[whenLate].byID(t, namespace)
			got := o.byID(t, namespace)
			if len(got) != len(want) || len(got) == 0 {
				t.Errorf("%d objects, want %d", len(got), len(want))
			}
			for id, w := range want {
				needsOthers := w.Told.Reason == "ReleaseGone"
				switch g := got[id]; {
				case needsOthers && (g.Told.Verdict != unknown.Verdict || g.Told.Reason != unknown.Reason || g.Told.Prunable):
					t.Errorf("%s needs other namespaces, and is %+v", id, g.Told)
				case !needsOthers && !cmp.Equal(w, g):
					t.Errorf("%s (-administrator +tenant):\n%s", id, cmp.Diff(w, g))
				}
			}
			if !strings.Contains(o.stderr, "(forbidden)") {
				t.Errorf("it is not told what could not be read:\n%s", o.stderr)
			}
		})
	}
	if account := stage.tenants["killed-h3"].byID(t, "")["ServiceAccount/killed-h3/migrator"]; stage.tenants["killed-h3"].stdout != "" && !account.Told.Prunable {
		t.Errorf("what a killed upgrade left beside its Job is %+v", account.Told)
	}
}

// TestOthersOnlyRead looks into the API server's audit log.
func TestOthersOnlyRead(t *testing.T) {
	data, err := os.ReadFile(stage.Cluster.AuditLog)
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]int)
	for line := range bytes.Lines(data) {
		var r struct {
			Verb, RequestURI, UserAgent string
			User                        struct{ Username string }
			ObjectRef                   struct{ Resource string }
			ResponseStatus              struct{ Code int }
		}
		if !bytes.HasSuffix(line, []byte("\n")) || json.Unmarshal(line, &r) != nil {
			break // still being written
		}
		if r.User.Username != readerUser && r.User.Username != tenantUser || !strings.HasPrefix(r.UserAgent, "kubectl-helmhooks/") {
			continue
		}
		seen[r.User.Username]++
		review := r.Verb == "create" && strings.HasPrefix(r.ObjectRef.Resource, "selfsubject")
		if r.Verb != "get" && r.Verb != "list" && !review {
			t.Errorf("%s sent %s %s", r.User.Username, r.Verb, r.RequestURI)
		}
		if r.ResponseStatus.Code == 403 {
			t.Errorf("%s was refused %s %s", r.User.Username, r.Verb, r.RequestURI)
		}
	}
	if seen[readerUser] < 50 || len(stage.tenants) > 0 && seen[tenantUser] < 50 {
		t.Errorf("requests: %v", seen)
	}
}
