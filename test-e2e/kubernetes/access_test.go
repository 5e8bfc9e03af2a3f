package kubernetes

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dysk.io/test-e2e/kubernetes/await"
	"dysk.io/test-e2e/kubernetes/workload"
)

// A raw block volume is a device in the pod, and keeps what is written to it.
func TestBlock(t *testing.T) {
	ctx, n := begin(t)
	must(t, n.CreateClaim(ctx, workload.Claim("data", workload.Block)))
	must(t, n.CreatePod(ctx, workload.Pod("first", n.DeviceWitness("w"), workload.WithDevice("data"))))
	expectStart(ctx, t, n, "w", 1)
	must(t, n.DeletePod(ctx, "first"))
	must(t, n.CreatePod(ctx, workload.Pod("second", n.DeviceWitness("w"), workload.WithDevice("data"))))
	expectStart(ctx, t, n, "w", 2)
	expectNoFault(t, n, "w")
}

// A ReadWriteOncePod volume is for one pod: a second one has to wait, even on the same node.
func TestReadWriteOncePod(t *testing.T) {
	ctx, n := begin(t)
	must(t, n.CreateClaim(ctx, workload.Claim("data", workload.Access(corev1.ReadWriteOncePod))))
	must(t, n.CreatePod(ctx, workload.Pod("first", n.Witness("w"), workload.With("data"))))
	expectStart(ctx, t, n, "w", 1)
	must(t, n.CreatePod(ctx, workload.Pod("second", n.Witness("w"), workload.With("data"))))
	must(t, await.That(ctx, "the second pod to be refused", func(ctx context.Context) (bool, string) {
		pod, err := n.Client.CoreV1().Pods(n.Name).Get(ctx, "second", metav1.GetOptions{})
		if err != nil {
			return false, err.Error()
		}
		for _, condition := range pod.Status.Conditions {
			if condition.Type == corev1.PodScheduled && condition.Reason == corev1.PodReasonUnschedulable {
				return strings.Contains(condition.Message, "ReadWriteOncePod"), condition.Message
			}
		}
		return false, string(pod.Status.Phase)
	}))
	must(t, n.DeletePod(ctx, "first"))
	expectStart(ctx, t, n, "w", 2)
	expectNoFault(t, n, "w")
}
