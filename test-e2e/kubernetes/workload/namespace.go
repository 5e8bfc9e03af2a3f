// Package workload makes what users of volumes make: claims, pods, StatefulSets, snapshots; those of a test in a namespace of its own.
package workload

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"

	corev1 "k8s.io/api/core/v1"

	"dysk.io/test-e2e/kubernetes/await"
)

// Namespace is a namespace.
type Namespace struct {
	Name    string
	Client  kubernetes.Interface
	Dynamic dynamic.Interface
	// Report is where witnesses say what they did.
	Report string
}

// Create makes it.
func (n *Namespace) Create(ctx context.Context) error {
	_, err := n.Client.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: n.Name}}, metav1.CreateOptions{})
	return err
}

// Delete deletes it with all that is in it, and waits until that is gone, its volumes included.
func (n *Namespace) Delete(ctx context.Context) error {
	if err := n.Client.CoreV1().Namespaces().Delete(ctx, n.Name, metav1.DeleteOptions{}); err != nil {
		return err
	}
	err := await.That(ctx, "the end of namespace "+n.Name, func(ctx context.Context) (bool, string) {
		found, err := n.Client.CoreV1().Namespaces().Get(ctx, n.Name, metav1.GetOptions{})
		if err != nil {
			return apierrors.IsNotFound(err), err.Error()
		}
		return false, fmt.Sprint(found.Status.Conditions)
	})
	if err != nil {
		return err
	}
	return await.That(ctx, "the end of the volumes of "+n.Name, func(ctx context.Context) (bool, string) {
		volumes, err := n.Client.CoreV1().PersistentVolumes().List(ctx, metav1.ListOptions{})
		if err != nil {
			return false, err.Error()
		}
		for _, volume := range volumes.Items {
			if volume.Spec.ClaimRef != nil && volume.Spec.ClaimRef.Namespace == n.Name &&
				volume.Spec.PersistentVolumeReclaimPolicy == corev1.PersistentVolumeReclaimDelete {
				return false, fmt.Sprintf("%s is %s: %s", volume.Name, volume.Status.Phase, volume.Status.Message)
			}
		}
		return true, ""
	})
}
