// Package driver installs csi-dysk on a cluster, as its documentation tells a user to: the plain manifests and a secret.
package driver

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dysk.io/test-e2e/kubernetes/await"
	"dysk.io/test-e2e/kubernetes/cluster"
	"dysk.io/test-e2e/kubernetes/storage"
)

const (
	// Name is the driver's, and that of its StorageClass and VolumeSnapshotClass.
	Name = "csi-dysk"
	// Namespace is where it is installed.
	Namespace = "csi-dysk"
	// Container is where its volumes are.
	Container = "dysk-volumes"

	secret = "csi-dysk-account"
	// Components as their pods' labels name them.
	component = "app.kubernetes.io/component="
)

// Driver is an installed driver.
type Driver struct {
	cluster  *cluster.Cluster
	programs string
	kubectl  func(ctx context.Context, arguments ...string) error
}

// Install installs it and waits until both its halves run and every node knows it.
//
// programs has kubectl and the CRDs of snapshots; tree is the project's root; manifests is deploy/manifests, or a folder with the same for
// attach.required=true, and attachRequired which of the two.
func Install(ctx context.Context, c *cluster.Cluster, programs, tree, manifests string, attachRequired bool) (*Driver, error) {
	d := &Driver{cluster: c, programs: programs, kubectl: func(ctx context.Context, arguments ...string) error {
		command := exec.CommandContext(ctx, filepath.Join(programs, "kubectl"), append(arguments, "--kubeconfig="+c.ControlPlane.Admin)...)
		if out, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("kubectl %s: %w: %s", strings.Join(arguments, " "), err, out)
		}
		return nil
	}}
	// What a cluster has for snapshots, whatever its drivers.
	if err := d.apply(ctx, filepath.Join(programs, "crds")); err != nil {
		return nil, err
	}
	if err := c.ControlPlane.Run("snapshot-controller", "--leader-election=false"); err != nil {
		return nil, err
	}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: Namespace}}
	if _, err := c.Client.CoreV1().Namespaces().Create(ctx, namespace, metav1.CreateOptions{}); err != nil {
		return nil, err
	}
	account := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: secret},
		StringData: map[string]string{"accountname": storage.Account, "accountkey": storage.Key, "endpoint": c.Storage.Endpoint},
	}
	if _, err := c.Client.CoreV1().Secrets(Namespace).Create(ctx, account, metav1.CreateOptions{}); err != nil {
		return nil, err
	}
	if !attachRequired {
		if err := d.prepareAccess(ctx, filepath.Join(tree, "deploy/access-certificates")); err != nil {
			return nil, err
		}
	}
	for _, file := range []string{"csi-dysk.yaml", "storage-classes.yaml", "volume-snapshot-classes.yaml"} {
		if err := d.apply(ctx, filepath.Join(manifests, file)); err != nil {
			return nil, err
		}
	}
	return d, d.AwaitReady(ctx)
}

func (d *Driver) apply(ctx context.Context, path string) error {
	// kubectl doesn't follow a link to a directory.
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	return d.kubectl(ctx, "apply", "--server-side", "-f", path)
}

// AwaitReady waits until the controllers and a node plugin for each node are ready, and each node's CSINode names the driver.
func (d *Driver) AwaitReady(ctx context.Context) error {
	// Java starts slowly on emulated nodes, and what gave up meanwhile starts again.
	err := await.Within(ctx, 2*await.Limit, "the driver's pods", func(ctx context.Context) (bool, string) {
		deployment, err := d.cluster.Client.AppsV1().Deployments(Namespace).Get(ctx, "csi-dysk-controller", metav1.GetOptions{})
		if err != nil {
			return false, err.Error()
		}
		daemons, err := d.cluster.Client.AppsV1().DaemonSets(Namespace).Get(ctx, "csi-dysk-node", metav1.GetOptions{})
		if err != nil {
			return false, err.Error()
		}
		controllers, nodes := deployment.Status, daemons.Status
		return controllers.ReadyReplicas == *deployment.Spec.Replicas && controllers.ObservedGeneration == deployment.Generation &&
				nodes.DesiredNumberScheduled > 0 && nodes.NumberReady == nodes.DesiredNumberScheduled && nodes.ObservedGeneration == daemons.Generation,
			fmt.Sprintf("%d of %d controllers, %d of %d node plugins", controllers.ReadyReplicas, *deployment.Spec.Replicas,
				nodes.NumberReady, nodes.DesiredNumberScheduled)
	})
	if err != nil {
		return err
	}
	return await.That(ctx, "the driver on each node", func(ctx context.Context) (bool, string) {
		nodes, err := d.cluster.Client.StorageV1().CSINodes().List(ctx, metav1.ListOptions{})
		if err != nil {
			return false, err.Error()
		}
		for _, node := range nodes.Items {
			found := false
			for _, each := range node.Spec.Drivers {
				found = found || each.Name == Name
			}
			if !found {
				return false, "it isn't on " + node.Name
			}
		}
		return len(nodes.Items) > 0, "no nodes"
	})
}

// Pods are the driver's pods: of its component "controller" or "node".
func (d *Driver) Pods(ctx context.Context, which string) ([]corev1.Pod, error) {
	pods, err := d.cluster.Client.CoreV1().Pods(Namespace).List(ctx, metav1.ListOptions{LabelSelector: component + which})
	if err != nil {
		return nil, err
	}
	return pods.Items, nil
}
