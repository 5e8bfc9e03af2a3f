package kubernetes

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dysk.io/test-e2e/kubernetes/cluster"
	"dysk.io/test-e2e/kubernetes/workload"
)

// A pod that goes to another node takes its volume along.
func TestMove(t *testing.T) {
	ctx, n := begin(t)
	must(t, n.CreateClaim(ctx, workload.Claim("data")))
	must(t, n.CreatePod(ctx, workload.Pod("here", n.Witness("w"), workload.With("data"), workload.On(cluster.NodeName(1)))))
	expectStart(ctx, t, n, "w", 1)
	start := time.Now()
	must(t, n.Client.CoreV1().Pods(n.Name).Delete(ctx, "here", metav1.DeleteOptions{}))
	must(t, n.CreatePod(ctx, workload.Pod("there", n.Witness("w"), workload.With("data"), workload.On(cluster.NodeName(2)))))
	expectStart(ctx, t, n, "w", 2)
	since(t, "from node to node", start)
	expectNoFault(t, n, "w")
}
