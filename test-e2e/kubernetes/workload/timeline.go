package workload

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"

	"dysk.io/test-e2e/kubernetes/await"
)

// Timeline is when a pod came so far, as a watcher saw it; zero where it didn't.
type Timeline struct {
	Begun, Scheduled, AttachBegun, Attached, Ready time.Time
}

// CreateAndWatch creates a pod and follows it until it is ready on the node that it asks for. No other volume may be attached there meanwhile.
func (n *Namespace) CreateAndWatch(ctx context.Context, pod *corev1.Pod) (Timeline, error) {
	return n.Watch(ctx, pod.Name, pod.Spec.NodeSelector["kubernetes.io/hostname"], func() error { return n.CreatePod(ctx, pod) })
}

// Watch follows a pod of this name until it is ready on this node, while something is done that brings it there. No other volume may be attached
// there meanwhile. A pod of this name on another node doesn't count.
func (n *Namespace) Watch(ctx context.Context, pod, node string, do func() error) (Timeline, error) {
	ctx, cancel := context.WithTimeout(ctx, await.Limit)
	defer cancel()
	pods, err := n.Client.CoreV1().Pods(n.Name).Watch(ctx, metav1.ListOptions{FieldSelector: "metadata.name=" + pod})
	if err != nil {
		return Timeline{}, err
	}
	defer pods.Stop()
	attachments, err := n.Client.StorageV1().VolumeAttachments().Watch(ctx, metav1.ListOptions{})
	if err != nil {
		return Timeline{}, err
	}
	defer attachments.Stop()
	line := Timeline{Begun: time.Now()}
	if err := do(); err != nil {
		return line, err
	}
	for line.Ready.IsZero() {
		select {
		case event := <-pods.ResultChan():
			if found, ok := event.Object.(*corev1.Pod); ok && found.Spec.NodeName == node {
				line.sawPod(found)
			}
		case event := <-attachments.ResultChan():
			if found, ok := event.Object.(*storagev1.VolumeAttachment); ok && event.Type != watch.Deleted && found.Spec.NodeName == node {
				line.sawAttachment(found)
			}
		case <-ctx.Done():
			return line, fmt.Errorf("pod %s is not ready on %s: %+v", pod, node, line)
		}
	}
	return line, nil
}

func (line *Timeline) sawPod(pod *corev1.Pod) {
	once(&line.Scheduled)
	if Ready(pod) {
		once(&line.Ready)
	}
}

func (line *Timeline) sawAttachment(attachment *storagev1.VolumeAttachment) {
	// A watch begins with what is there; only what comes after the pod is the pod's.
	if attachment.CreationTimestamp.Time.Before(line.Begun.Truncate(time.Second)) {
		return
	}
	once(&line.AttachBegun)
	if attachment.Status.Attached {
		once(&line.Attached)
	}
}

func once(mark *time.Time) {
	if mark.IsZero() {
		*mark = time.Now()
	}
}

// AwaitNothingAttached waits until no volume is attached anywhere.
func (n *Namespace) AwaitNothingAttached(ctx context.Context) error {
	return await.That(ctx, "nothing to be attached", func(ctx context.Context) (bool, string) {
		found, err := n.Client.StorageV1().VolumeAttachments().List(ctx, metav1.ListOptions{})
		if err != nil {
			return false, err.Error()
		}
		return len(found.Items) == 0, fmt.Sprintf("%d volumes", len(found.Items))
	})
}
