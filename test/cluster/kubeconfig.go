package cluster

import (
	"context"
	"fmt"
	"os"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// UserKubeconfig writes a kubeconfig for a user in the given groups and returns
// its path. The user is a real one, known by a certificate of the cluster's
// authority, and may do only what RBAC grants.
func (c *Cluster) UserKubeconfig(user string, groups ...string) (string, error) {
	f, err := os.CreateTemp(c.Dir, "user-*.kubeconfig")
	if err != nil {
		return "", err
	}
	if err := f.Close(); err != nil {
		return "", err
	}
	return f.Name(), c.writeKubeconfigFor(f.Name(), user, groups...)
}

func (c *Cluster) writeAdminKubeconfig(context.Context) error {
	return c.writeKubeconfig(c.Kubeconfig, c.ca.admin)
}

func (c *Cluster) writeKubeconfigFor(path, user string, groups ...string) error {
	id, err := c.ca.client(user, groups...)
	if err != nil {
		return err
	}
	return c.writeKubeconfig(path, id)
}

func (c *Cluster) writeKubeconfig(path string, id identity) error {
	config := clientcmdapi.NewConfig()
	config.Clusters[ContextName] = &clientcmdapi.Cluster{Server: c.host, CertificateAuthorityData: c.ca.certPEM}
	config.AuthInfos[ContextName] = &clientcmdapi.AuthInfo{ClientCertificateData: id.certPEM, ClientKeyData: id.keyPEM}
	config.Contexts[ContextName] = &clientcmdapi.Context{Cluster: ContextName, AuthInfo: ContextName}
	config.CurrentContext = ContextName
	if err := clientcmd.WriteToFile(*config, path); err != nil {
		return fmt.Errorf("write kubeconfig: %w", err)
	}
	return nil
}
