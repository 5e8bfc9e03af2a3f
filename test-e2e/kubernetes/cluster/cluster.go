// Package cluster puts a cluster together: a network, a control plane, nodes, storage.
package cluster

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"dysk.io/test-e2e/kubernetes/controlplane"
	"dysk.io/test-e2e/kubernetes/machine"
	"dysk.io/test-e2e/kubernetes/network"
	"dysk.io/test-e2e/kubernetes/node"
	"dysk.io/test-e2e/kubernetes/storage"
)

const (
	nodeCPUs      = 2
	nodeMemoryMiB = 2048

	// Emulated, on a busy host: some ten times what they take alone.
	controlPlaneLimit = 3 * time.Minute
	nodeLimit         = 10 * time.Minute
)

// Parts is what a cluster is made of; ../run built it.
type Parts struct {
	Programs   string // directory of programs, from ../build
	GuestImage string // directory of the guest image, from ../setup
	NodeDisk   string // from ../build-node-disk
	BlobServer string // program
	Work       string // directory for data and logs
}

// Cluster is a running cluster.
type Cluster struct {
	ControlPlane *controlplane.ControlPlane
	Client       kubernetes.Interface
	Storage      *storage.Storage

	parts Parts
	mu    sync.Mutex
	nodes []*node.Node // nil where one was killed
}

// Start makes a cluster whose nodes are ready. This process must be in a network namespace of its own, where nothing is yet.
func Start(ctx context.Context, parts Parts, nodes int) (*Cluster, error) {
	if err := network.Create(nodes); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(parts.Work, 0o755); err != nil {
		return nil, err
	}
	c := &Cluster{parts: parts, nodes: make([]*node.Node, nodes)}
	if err := c.start(ctx); err != nil {
		c.Stop()
		return nil, err
	}
	return c, nil
}

func (c *Cluster) start(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, controlPlaneLimit)
	defer cancel()
	var err error
	if c.Storage, err = storage.Start(limited, c.parts.BlobServer, network.Host, c.parts.Work); err != nil {
		return err
	}
	if c.ControlPlane, err = controlplane.Start(limited, c.parts.Programs, filepath.Join(c.parts.Work, "control-plane")); err != nil {
		return err
	}
	config, err := c.ControlPlane.Config()
	if err != nil {
		return err
	}
	if c.Client, err = kubernetes.NewForConfig(config); err != nil {
		return err
	}
	failed := make(chan error, len(c.nodes))
	for number := range c.nodes {
		go func() { failed <- c.StartNode(ctx, number+1) }()
	}
	for range c.nodes {
		err = firstOf(err, <-failed)
	}
	return err
}

func firstOf(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

// NodeName is the name of the node with this number, from 1.
func NodeName(number int) string { return fmt.Sprintf("node-%d", number) }

// StartNode boots the node with this number and waits until it is ready.
func (c *Cluster) StartNode(ctx context.Context, number int) error {
	ctx, cancel := context.WithTimeout(ctx, nodeLimit)
	defer cancel()
	name := NodeName(number)
	spec := machine.Spec{
		Name: name, Image: c.parts.GuestImage, Disk: c.parts.NodeDisk, CPUs: nodeCPUs, MemoryMiB: nodeMemoryMiB,
		Work: filepath.Join(c.parts.Work, name),
	}
	started := metav1.Now()
	n, err := node.Start(ctx, spec, network.NodeAt(number), c.ControlPlane.Authority)
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.nodes[number-1] = n
	c.mu.Unlock()
	return c.awaitReady(ctx, name, started)
}

// Node is the running node with this number; nil if it was killed.
func (c *Cluster) Node(number int) *node.Node {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.nodes[number-1]
}

// KillNode is a power cut of a node.
func (c *Cluster) KillNode(number int) {
	n := c.Node(number)
	c.mu.Lock()
	c.nodes[number-1] = nil
	c.mu.Unlock()
	n.Kill()
}

// awaitReady waits for a heartbeat that says so and is not from before.
func (c *Cluster) awaitReady(ctx context.Context, name string, since metav1.Time) error {
	var last string
	for {
		found, err := c.Client.CoreV1().Nodes().Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			last = err.Error()
		} else {
			for _, condition := range found.Status.Conditions {
				if condition.Type != corev1.NodeReady {
					continue
				}
				// Times of the API are whole seconds.
				if condition.Status == corev1.ConditionTrue && !condition.LastHeartbeatTime.Time.Before(since.Truncate(time.Second)) {
					return nil
				}
				last = condition.Message
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %s: %w; logs are in %s", name, last, ctx.Err(), filepath.Join(c.parts.Work, name))
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// Stop ends all of it. The nodes' disks end with them, so nothing needs to be told that it ends.
func (c *Cluster) Stop() {
	for number := range c.nodes {
		if c.Node(number+1) != nil {
			c.KillNode(number + 1)
		}
	}
	if c.ControlPlane != nil {
		c.ControlPlane.Stop()
	}
	if c.Storage != nil {
		c.Storage.Stop()
	}
}
