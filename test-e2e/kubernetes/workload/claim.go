package workload

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dysk.io/test-e2e/kubernetes/await"
)

// Claim is a claim of 1 GiB of the driver's usual class, to be written from one node, unless changed.
func Claim(name string, changes ...func(*corev1.PersistentVolumeClaimSpec)) *corev1.PersistentVolumeClaim {
	class := "csi-dysk"
	claim := &corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: corev1.PersistentVolumeClaimSpec{
			StorageClassName: &class,
			AccessModes:      []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			Resources:        corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}},
		},
	}
	for _, change := range changes {
		change(&claim.Spec)
	}
	return claim
}

// Block makes it a claim of a raw block volume.
func Block(claim *corev1.PersistentVolumeClaimSpec) {
	mode := corev1.PersistentVolumeBlock
	claim.VolumeMode = &mode
}

// Access makes it a claim with this access mode.
func Access(mode corev1.PersistentVolumeAccessMode) func(*corev1.PersistentVolumeClaimSpec) {
	return func(claim *corev1.PersistentVolumeClaimSpec) {
		claim.AccessModes = []corev1.PersistentVolumeAccessMode{mode}
	}
}

// Class makes it a claim of this class.
func Class(name string) func(*corev1.PersistentVolumeClaimSpec) {
	return func(claim *corev1.PersistentVolumeClaimSpec) { claim.StorageClassName = &name }
}

// OfSnapshot makes it a claim of what a snapshot holds.
func OfSnapshot(name string) func(*corev1.PersistentVolumeClaimSpec) {
	group := "snapshot.storage.k8s.io"
	return func(claim *corev1.PersistentVolumeClaimSpec) {
		claim.DataSource = &corev1.TypedLocalObjectReference{APIGroup: &group, Kind: "VolumeSnapshot", Name: name}
	}
}

// CreateClaim creates a claim.
func (n *Namespace) CreateClaim(ctx context.Context, claim *corev1.PersistentVolumeClaim) error {
	_, err := n.Client.CoreV1().PersistentVolumeClaims(n.Name).Create(ctx, claim, metav1.CreateOptions{})
	return err
}

// AwaitBound waits until the claim has its volume, and gives that.
func (n *Namespace) AwaitBound(ctx context.Context, claim string) (*corev1.PersistentVolume, error) {
	var volume string
	err := await.That(ctx, "claim "+claim+" to be bound", func(ctx context.Context) (bool, string) {
		found, err := n.Client.CoreV1().PersistentVolumeClaims(n.Name).Get(ctx, claim, metav1.GetOptions{})
		if err != nil {
			return false, err.Error()
		}
		volume = found.Spec.VolumeName
		return found.Status.Phase == corev1.ClaimBound, string(found.Status.Phase)
	})
	if err != nil {
		return nil, err
	}
	return n.Client.CoreV1().PersistentVolumes().Get(ctx, volume, metav1.GetOptions{})
}

// DeleteClaim deletes a claim and waits until its volume is gone too.
func (n *Namespace) DeleteClaim(ctx context.Context, claim, volume string) error {
	if err := n.Client.CoreV1().PersistentVolumeClaims(n.Name).Delete(ctx, claim, metav1.DeleteOptions{}); err != nil {
		return err
	}
	return await.That(ctx, "volume "+volume+" to be gone", func(ctx context.Context) (bool, string) {
		found, err := n.Client.CoreV1().PersistentVolumes().Get(ctx, volume, metav1.GetOptions{})
		if err != nil {
			return apierrors.IsNotFound(err), err.Error()
		}
		return false, fmt.Sprintf("%s %s", found.Status.Phase, found.Status.Message)
	})
}

// DeleteRetained deletes a claim and its volume, which leaves the blob.
func (n *Namespace) DeleteRetained(ctx context.Context, claim, volume string) error {
	if err := n.Client.CoreV1().PersistentVolumeClaims(n.Name).Delete(ctx, claim, metav1.DeleteOptions{}); err != nil {
		return err
	}
	return n.Client.CoreV1().PersistentVolumes().Delete(ctx, volume, metav1.DeleteOptions{})
}

// Expand asks for a larger volume.
func (n *Namespace) Expand(ctx context.Context, claim, size string) error {
	patch := fmt.Sprintf(`{"spec": {"resources": {"requests": {"storage": %q}}}}`, size)
	_, err := n.Client.CoreV1().PersistentVolumeClaims(n.Name).Patch(ctx, claim, mergePatch, []byte(patch), metav1.PatchOptions{})
	return err
}

// AwaitCapacity waits until the claim says that it has so much.
func (n *Namespace) AwaitCapacity(ctx context.Context, claim, size string) error {
	wanted := resource.MustParse(size)
	return await.That(ctx, "claim "+claim+" to have "+size, func(ctx context.Context) (bool, string) {
		found, err := n.Client.CoreV1().PersistentVolumeClaims(n.Name).Get(ctx, claim, metav1.GetOptions{})
		if err != nil {
			return false, err.Error()
		}
		now := found.Status.Capacity[corev1.ResourceStorage]
		return now.Cmp(wanted) >= 0, fmt.Sprintf("%s, %v", now.String(), found.Status.Conditions)
	})
}
