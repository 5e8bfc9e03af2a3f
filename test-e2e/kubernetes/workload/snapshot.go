package workload

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"dysk.io/test-e2e/kubernetes/await"
)

var snapshots = schema.GroupVersionResource{Group: "snapshot.storage.k8s.io", Version: "v1", Resource: "volumesnapshots"}

// Snapshot takes a snapshot of a claim's volume and waits until it can be used.
func (n *Namespace) Snapshot(ctx context.Context, name, claim string) error {
	_, err := n.Dynamic.Resource(snapshots).Namespace(n.Name).Create(ctx, &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "snapshot.storage.k8s.io/v1",
		"kind":       "VolumeSnapshot",
		"metadata":   map[string]any{"name": name},
		"spec": map[string]any{
			"volumeSnapshotClassName": "csi-dysk",
			"source":                  map[string]any{"persistentVolumeClaimName": claim},
		},
	}}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	return await.That(ctx, "snapshot "+name, func(ctx context.Context) (bool, string) {
		found, err := n.Dynamic.Resource(snapshots).Namespace(n.Name).Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return false, err.Error()
		}
		ready, _, _ := unstructured.NestedBool(found.Object, "status", "readyToUse")
		message, _, _ := unstructured.NestedString(found.Object, "status", "error", "message")
		return ready, "not ready; " + message
	})
}

// DeleteSnapshot deletes it and waits until it is gone.
func (n *Namespace) DeleteSnapshot(ctx context.Context, name string) error {
	if err := n.Dynamic.Resource(snapshots).Namespace(n.Name).Delete(ctx, name, metav1.DeleteOptions{}); err != nil {
		return err
	}
	return await.That(ctx, "snapshot "+name+" to be gone", func(ctx context.Context) (bool, string) {
		_, err := n.Dynamic.Resource(snapshots).Namespace(n.Name).Get(ctx, name, metav1.GetOptions{})
		return err != nil, "still there"
	})
}
