// Package node makes a machine a node of the cluster: containerd and kubelet, each restarted when it ends, as an init system does.
package node

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"dysk.io/test-e2e/kubernetes/machine"
	"dysk.io/test-e2e/kubernetes/network"
	"dysk.io/test-e2e/kubernetes/pki"
)

//go:embed setup.sh
var setup []byte

//go:embed containerd.toml
var containerd []byte

//go:embed kubelet.yaml
var kubelet []byte

// Node is a machine that runs containerd and kubelet.
type Node struct {
	*machine.Machine
	Address string
}

const server = "https://" + network.Host + ":443"

// Start boots a machine and starts both; the node is not ready yet when this returns.
func Start(ctx context.Context, spec machine.Spec, place network.Node, authority *pki.Authority) (*Node, error) {
	spec.Tap, spec.MAC = place.Tap, place.MAC
	m, err := machine.Boot(ctx, spec)
	if err != nil {
		return nil, err
	}
	n := &Node{Machine: m, Address: place.Address}
	if err := n.start(ctx, place, authority); err != nil {
		m.Kill()
		return nil, fmt.Errorf("node %s: %w; logs are in %s", spec.Name, err, spec.Work)
	}
	return n, nil
}

func (n *Node) start(ctx context.Context, place network.Node, authority *pki.Authority) error {
	files, err := configuration(n.Name, place, authority)
	if err != nil {
		return err
	}
	for path, data := range files {
		if err := n.Put(ctx, path, 0o600, data); err != nil {
			return err
		}
	}
	if _, err := n.Run(ctx, fmt.Sprintf("sh /etc/node/setup.sh %s %s %s", n.Name, place.Address, network.Host)); err != nil {
		return err
	}
	if err := n.supervise("containerd", "/node/bin/containerd --config /etc/containerd/config.toml"); err != nil {
		return err
	}
	return n.supervise("kubelet", "/node/bin/kubelet --config=/etc/kubernetes/kubelet.yaml --kubeconfig=/etc/kubernetes/kubeconfig"+
		" --hostname-override="+n.Name+" --node-ip="+place.Address)
}

// supervise keeps a program running; the log is on the host. What it left running when it ended, stays.
func (n *Node) supervise(name, command string) error {
	_, err := n.Machine.Start("export PATH=/node/bin:$PATH; while :; do "+command+"; echo \"$0: ended with $?\"; sleep 0.2; done",
		filepath.Join(n.Work, name+".log"))
	return err
}

// Restart ends kubelet or containerd the hard way and waits until another one runs.
func (n *Node) Restart(ctx context.Context, program string) error {
	before, err := n.Run(ctx, "pidof -s "+program)
	if err != nil {
		return err
	}
	if _, err := n.Run(ctx, "kill -9 "+before); err != nil {
		return err
	}
	for {
		if now, err := n.Run(ctx, "pidof -s "+program); err == nil && now != before {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s: %s did not come back: %w", n.Name, program, ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func configuration(name string, place network.Node, authority *pki.Authority) (map[string][]byte, error) {
	kubeconfig, err := authority.Kubeconfig(name, server, "system:node:"+name, "system:nodes")
	if err != nil {
		return nil, err
	}
	client, err := os.ReadFile(kubeconfig)
	if err != nil {
		return nil, err
	}
	serving, err := authority.Server(name+"-serving", name, place.Address)
	if err != nil {
		return nil, err
	}
	ca, err := os.ReadFile(authority.File())
	if err != nil {
		return nil, err
	}
	return map[string][]byte{
		"/etc/node/setup.sh":              setup,
		"/etc/containerd/config.toml":     containerd,
		"/etc/cni/net.d/10-pods.conflist": pods(place),
		"/etc/kubernetes/kubelet.yaml":    kubelet,
		"/etc/kubernetes/kubeconfig":      client,
		"/etc/kubernetes/ca.crt":          ca,
		"/etc/kubernetes/kubelet.crt":     serving.Certificate,
		"/etc/kubernetes/kubelet.key":     serving.Key,
	}, nil
}

// pods is how pods get their network: a bridge on the node, addresses of the node's range, the default route of the node.
func pods(place network.Node) []byte {
	return fmt.Appendf(nil, `{
  "cniVersion": "1.0.0",
  "name": "pods",
  "plugins": [
    {"type": "bridge", "bridge": "pods", "isGateway": true, "ipMasq": false,
     "ipam": {"type": "host-local", "ranges": [[{"subnet": "%s"}]], "routes": [{"dst": "0.0.0.0/0"}]}}
  ]
}
`, place.Pods)
}
