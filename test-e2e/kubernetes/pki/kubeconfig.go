package pki

import (
	"fmt"
	"os"
	"path/filepath"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// Kubeconfig makes a user's certificate and the file with which a client is that user; it needs no other file.
func (a *Authority) Kubeconfig(name, server, user string, groups ...string) (string, error) {
	pair, err := a.Client(name, user, groups...)
	if err != nil {
		return "", err
	}
	authority, err := os.ReadFile(a.File())
	if err != nil {
		return "", err
	}
	file := filepath.Join(a.dir, name+".kubeconfig")
	config := api.Config{
		Clusters:       map[string]*api.Cluster{"cluster": {Server: server, CertificateAuthorityData: authority}},
		AuthInfos:      map[string]*api.AuthInfo{"user": {ClientCertificateData: pair.Certificate, ClientKeyData: pair.Key}},
		Contexts:       map[string]*api.Context{"context": {Cluster: "cluster", AuthInfo: "user"}},
		CurrentContext: "context",
	}
	if err := clientcmd.WriteToFile(config, file); err != nil {
		return "", fmt.Errorf("kubeconfig of %s: %w", name, err)
	}
	return file, nil
}
