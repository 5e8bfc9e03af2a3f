package kubernetes

import (
	"context"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dysk.io/test-e2e/kubernetes/await"
	"dysk.io/test-e2e/kubernetes/cluster"
	"dysk.io/test-e2e/kubernetes/driver"
	"dysk.io/test-e2e/kubernetes/workload"
)

// Whatever of the driver or of Kubernetes on the node is restarted: a pod goes on writing, and no write fails.
func TestRestarts(t *testing.T) {
	ctx, n := begin(t)
	must(t, n.CreateClaim(ctx, workload.Claim("data")))
	must(t, n.CreatePod(ctx, workload.Pod("writer", n.Witness("w"), workload.With("data"), workload.On(cluster.NodeName(1)))))
	expectStart(ctx, t, n, "w", 1)

	for _, restart := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"csi-node", func(ctx context.Context) error { return deletePods(ctx, "node") }},
		{"csi-controller", func(ctx context.Context) error { return deletePods(ctx, "controller") }},
		{"kubelet", func(ctx context.Context) error { return theCluster.Node(1).Restart(ctx, "kubelet") }},
		{"containerd", func(ctx context.Context) error { return theCluster.Node(1).Restart(ctx, "containerd") }},
	} {
		t.Run(restart.what, func(t *testing.T) {
			limited, cancel := context.WithTimeout(ctx, await.Limit)
			defer cancel()
			must(t, restart.do(limited))
			must(t, theDriver.AwaitReady(ctx))
			witness, err := witnesses.AwaitMore(limited, n.WitnessName("w"), 50)
			must(t, err)
			if witness.Starts != 1 {
				t.Errorf("the pod began %d times", witness.Starts)
			}
			t.Logf("longest pause between two writes so far: %s", witness.LongestPause)
			// What comes after a restart works on what was there before: a second pod with a volume of its own.
			claim := "after-" + restart.what
			must(t, n.CreateClaim(ctx, workload.Claim(claim)))
			must(t, n.CreatePod(ctx, workload.Pod(claim, n.Witness(claim), workload.With(claim), workload.On(cluster.NodeName(1)))))
			expectStart(ctx, t, n, claim, 1)
			must(t, n.DeletePod(ctx, claim))
		})
	}
	expectNoFault(t, n, "w")
	// And the pod can be taken away, by those who never put it there.
	must(t, n.DeletePod(ctx, "writer"))
}

// deletePods kills all pods of a component of the driver, without time to end.
func deletePods(ctx context.Context, component string) error {
	pods, err := theDriver.Pods(ctx, component)
	if err != nil {
		return err
	}
	now := int64(0)
	for _, pod := range pods {
		if err := theCluster.Client.CoreV1().Pods(driver.Namespace).Delete(ctx, pod.Name, metav1.DeleteOptions{GracePeriodSeconds: &now}); err != nil {
			return err
		}
	}
	return await.That(ctx, "the old pods to be gone", func(ctx context.Context) (bool, string) {
		found, err := theDriver.Pods(ctx, component)
		if err != nil {
			return false, err.Error()
		}
		for _, old := range pods {
			for _, pod := range found {
				if pod.UID == old.UID {
					return false, pod.Name + " is still there"
				}
			}
		}
		return true, ""
	})
}
