// Package controlplane runs etcd, kube-apiserver, kube-controller-manager and kube-scheduler as programs of the host.
package controlplane

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"dysk.io/test-e2e/kubernetes/network"
	"dysk.io/test-e2e/kubernetes/pki"
	"dysk.io/test-e2e/kubernetes/process"
)

// The API server as nodes and pods reach it.
const server = "https://" + network.Host + ":443"

const (
	// Every one of them ends within a second or two. The API server comes before etcd: it would go on asking for a minute.
	stopLimit = 10 * time.Second
	// etcd is where it costs nothing: what it keeps ends with the run.
	etcdClient = "http://127.0.0.1:2379"
)

// ControlPlane is a running one.
type ControlPlane struct {
	Authority *pki.Authority
	// Admin is the kubeconfig of somebody who may do everything.
	Admin string

	programs, work string
	running        []*process.Process
}

// Start starts one and waits until it is ready.
//
// programs has the programs of Kubernetes and etcd; work gets their data and logs.
func Start(ctx context.Context, programs, work string) (*ControlPlane, error) {
	if err := os.MkdirAll(work, 0o755); err != nil {
		return nil, err
	}
	authority, err := pki.NewAuthority(filepath.Join(work, "pki"))
	if err != nil {
		return nil, err
	}
	c := &ControlPlane{Authority: authority, programs: programs, work: work}
	if err := c.start(ctx); err != nil {
		c.Stop()
		return nil, fmt.Errorf("control plane: %w; logs are in %s", err, work)
	}
	return c, nil
}

func (c *ControlPlane) start(ctx context.Context) (err error) {
	if c.Admin, err = c.Authority.Kubeconfig("admin", server, "admin", "system:masters"); err != nil {
		return err
	}
	if err := c.run("etcd", "--data-dir="+filepath.Join(c.work, "etcd"), "--unsafe-no-fsync", "--log-level=warn",
		"--listen-client-urls="+etcdClient, "--advertise-client-urls="+etcdClient, "--listen-peer-urls=http://127.0.0.1:2380"); err != nil {
		return err
	}
	if err := c.startAPIServer(); err != nil {
		return err
	}
	if err := c.awaitReady(ctx); err != nil {
		return err
	}
	if err := c.startControllerManager(); err != nil {
		return err
	}
	scheduler, err := c.Authority.Kubeconfig("scheduler", server, "system:kube-scheduler")
	if err != nil {
		return err
	}
	return c.run("kube-scheduler", "--kubeconfig="+scheduler, "--authentication-kubeconfig="+scheduler,
		"--authorization-kubeconfig="+scheduler, "--leader-elect=false")
}

func (c *ControlPlane) startAPIServer() error {
	serving, err := c.Authority.Server("apiserver", network.Host, network.APIServer, "127.0.0.1", "localhost",
		"kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local")
	if err != nil {
		return err
	}
	kubelets, err := c.Authority.Client("apiserver-kubelet", "kube-apiserver", "system:masters")
	if err != nil {
		return err
	}
	tokens, err := c.Authority.Client("service-accounts", "service-accounts")
	if err != nil {
		return err
	}
	return c.run("kube-apiserver",
		"--etcd-servers="+etcdClient,
		"--secure-port=443", "--advertise-address="+network.Host, "--service-cluster-ip-range="+network.Services,
		"--tls-cert-file="+serving.CertificateFile, "--tls-private-key-file="+serving.KeyFile,
		"--client-ca-file="+c.Authority.File(), "--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction",
		"--kubelet-client-certificate="+kubelets.CertificateFile, "--kubelet-client-key="+kubelets.KeyFile,
		"--kubelet-certificate-authority="+c.Authority.File(), "--kubelet-preferred-address-types=InternalIP",
		"--service-account-key-file="+tokens.CertificateFile, "--service-account-signing-key-file="+tokens.KeyFile,
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--allow-privileged=true")
}

func (c *ControlPlane) startControllerManager() error {
	kubeconfig, err := c.Authority.Kubeconfig("controller-manager", server, "system:kube-controller-manager")
	if err != nil {
		return err
	}
	return c.run("kube-controller-manager",
		"--kubeconfig="+kubeconfig, "--authentication-kubeconfig="+kubeconfig, "--authorization-kubeconfig="+kubeconfig,
		"--root-ca-file="+c.Authority.File(), "--use-service-account-credentials",
		"--service-account-private-key-file="+filepath.Join(c.work, "pki", "service-accounts.key"),
		"--node-monitor-grace-period="+NodeGracePeriod.String(),
		"--leader-elect=false")
}

// NodeGracePeriod is how long a node may be silent before it counts as not ready. Shorter than usual (50 s): tests wait for it.
const NodeGracePeriod = 20 * time.Second

func (c *ControlPlane) run(name string, options ...string) error {
	p, err := process.Start(c.work, name, append([]string{filepath.Join(c.programs, name)}, options...)...)
	if err == nil {
		c.running = append(c.running, p)
	}
	return err
}

// Run runs one more program for as long as the control plane lives; the kubeconfig of an administrator is its last option.
func (c *ControlPlane) Run(name string, options ...string) error {
	return c.run(name, append(options, "--kubeconfig="+c.Admin)...)
}

// Config is how an administrator's client connects.
func (c *ControlPlane) Config() (*rest.Config, error) {
	config, err := clientcmd.BuildConfigFromFlags("", c.Admin)
	if err == nil {
		// Tests watch and wait; the client's own limit on requests would be what they measure.
		config.QPS, config.Burst = 200, 400
	}
	return config, err
}

func (c *ControlPlane) awaitReady(ctx context.Context) error {
	config, err := c.Config()
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	for {
		_, err := client.Discovery().RESTClient().Get().AbsPath("/readyz").DoRaw(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-c.running[len(c.running)-1].Ended():
			return fmt.Errorf("kube-apiserver ended; see %s", c.running[len(c.running)-1].Log())
		case <-ctx.Done():
			return fmt.Errorf("kube-apiserver is not ready: %w", err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// Stop ends it, what was started last first.
func (c *ControlPlane) Stop() {
	for i := len(c.running) - 1; i >= 0; i-- {
		c.running[i].Stop(stopLimit)
	}
	c.running = nil
}
