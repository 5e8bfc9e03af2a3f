package kubernetes

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"dysk.io/test-e2e/kubernetes/await"
	"dysk.io/test-e2e/kubernetes/cluster"
	"dysk.io/test-e2e/kubernetes/workload"
)

// A volume grows while a pod writes to it, and its file system with it.
func TestExpandOnline(t *testing.T) {
	ctx, n := begin(t)
	must(t, n.CreateClaim(ctx, workload.Claim("data")))
	must(t, n.CreatePod(ctx, workload.Pod("writer", n.Witness("w"), workload.With("data"), workload.On(cluster.NodeName(1)))))
	expectStart(ctx, t, n, "w", 1)
	volume, err := n.AwaitBound(ctx, "data")
	must(t, err)
	must(t, n.Expand(ctx, "data", "3Gi"))
	must(t, n.AwaitCapacity(ctx, "data", "3Gi"))
	// What the pod sees, as its node does: kubelet's mount of this volume.
	must(t, await.That(ctx, "the larger file system", func(ctx context.Context) (bool, string) {
		out, err := theCluster.Node(1).Run(ctx, "df -B1M --output=size $(grep -o '/var/lib/kubelet/pods/[^ ]*"+volume.Name+"/mount' /proc/mounts | head -1) | tail -1")
		if err != nil {
			return false, err.Error()
		}
		megabytes, _ := strconv.Atoi(strings.TrimSpace(out))
		return megabytes > 2800, out
	}))
	_, err = witnesses.AwaitMore(ctx, n.WitnessName("w"), 20)
	must(t, err)
	expectNoFault(t, n, "w")
	if starts := witnesses.Of(n.WitnessName("w")).Starts; starts != 1 {
		t.Errorf("the pod began %d times", starts)
	}
}
