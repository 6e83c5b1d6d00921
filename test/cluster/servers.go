package cluster

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"

	"k8s.io/client-go/kubernetes"
)

// auditPolicy records every request once, when it has been answered.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted, Panic]
rules:
- level: Metadata
`

// createPKI writes the keys and certificates that the components read from files.
func (c *Cluster) createPKI(context.Context) error {
	ca, err := newAuthority()
	if err != nil {
		return err
	}
	c.ca = ca
	server, err := ca.server()
	if err != nil {
		return err
	}
	serviceAccounts, err := ca.client("service-accounts")
	if err != nil {
		return err
	}
	return errors.Join(
		c.writeFile("ca.crt", ca.certPEM),
		c.writeFile("apiserver.crt", server.certPEM),
		c.writeFile("apiserver.key", server.keyPEM),
		c.writeFile("service-accounts.key", serviceAccounts.keyPEM),
		c.writeFile("audit-policy.yaml", []byte(auditPolicy)),
	)
}

func (c *Cluster) path(name string) string { return filepath.Join(c.Dir, name) }

func (c *Cluster) writeFile(name string, data []byte) error {
	return os.WriteFile(c.path(name), data, 0o600)
}

func (c *Cluster) startEtcd(ctx context.Context) error {
	url := func(port int) string { return fmt.Sprintf("http://127.0.0.1:%d", port) }
	port, err := c.launchOnPort(ctx, etcd, func(port int) []string {
		return []string{
			"--data-dir=" + c.path("etcd"),
			"--listen-client-urls=" + url(port),
			"--advertise-client-urls=" + url(port),
			// A single member has no peers, so the kernel may choose the port.
			"--listen-peer-urls=" + url(0),
			"--unsafe-no-fsync",
			"--quota-backend-bytes=" + strconv.FormatInt(c.opts.EtcdQuotaBytes, 10),
			"--log-level=warn",
		}
	}, func(ctx context.Context, port int) error { return httpOK(ctx, url(port)+"/readyz") })
	c.etcdURL = url(port)
	return err
}

// httpOK asks without a proxy, whatever the environment says.
func httpOK(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, resp.Status)
	}
	return nil
}

func (c *Cluster) startAPIServer(ctx context.Context) error {
	_, err := c.launchOnPort(ctx, apiServer, c.apiServerArgs, func(ctx context.Context, port int) error {
		host := fmt.Sprintf("https://127.0.0.1:%d", port)
		if c.host != host {
			client, err := kubernetes.NewForConfig(c.ca.admin.restConfig(host, c.ca.certPEM))
			if err != nil {
				return err
			}
			c.host, c.client = host, client
		}
		return c.client.Discovery().RESTClient().Get().AbsPath("/readyz").Do(ctx).Error()
	})
	return err
}

func (c *Cluster) apiServerArgs(port int) []string {
	return []string{
		"--bind-address=127.0.0.1",
		"--secure-port=" + strconv.Itoa(port),
		// Nothing runs in pods, so the `kubernetes` Service needs no endpoints;
		// a loopback address would not be accepted as one.
		"--advertise-address=127.0.0.1",
		"--endpoint-reconciler-type=none",
		"--service-cluster-ip-range=10.96.0.0/16",
		"--etcd-servers=" + c.etcdURL,
		"--authorization-mode=RBAC",
		"--client-ca-file=" + c.path("ca.crt"),
		"--tls-cert-file=" + c.path("apiserver.crt"),
		"--tls-private-key-file=" + c.path("apiserver.key"),
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + c.path("service-accounts.key"),
		"--service-account-signing-key-file=" + c.path("service-accounts.key"),
		"--allow-privileged",
		// A fake node's name is in no DNS: what asks for its kubelet (the logs of
		// a pod) fails at once instead of after a look-up.
		"--kubelet-preferred-address-types=InternalIP",
		"--max-requests-inflight=3000",
		"--max-mutating-requests-inflight=1000",
		"--audit-policy-file=" + c.path("audit-policy.yaml"),
		"--audit-log-path=" + c.AuditLog,
		"--audit-log-format=json",
		// No batches: a request is in the log when, or just after, it is answered.
		"--audit-log-mode=blocking",
		// Rotation would hide requests from whoever counts them.
		"--audit-log-maxsize=0",
		"--profiling=false",
	}
}
