package kubernetes

import (
	"context"
	"fmt"
	"testing"
	"time"

	"dysk.io/test-e2e/kubernetes/cluster"
	"dysk.io/test-e2e/kubernetes/workload"
)

// Many pods on one node, each with a volume of its own, all writing at the same time.
func TestManyVolumes(t *testing.T) {
	const pods = 24
	ctx, n := begin(t)
	restarts := nodePluginStarts(ctx, t)
	start := time.Now()
	name := func(i int) string { return fmt.Sprintf("w%d", i) }
	for i := range pods {
		must(t, n.CreateClaim(ctx, workload.Claim(name(i))))
		must(t, n.CreatePod(ctx, workload.Pod(name(i), n.Witness(name(i)), workload.With(name(i)), workload.On(cluster.NodeName(1)))))
	}
	for i := range pods {
		expectStart(ctx, t, n, name(i), 1)
	}
	since(t, "all of them write", start)
	// At the same time: twenty writes of one take as long as twenty of each.
	written := make(chan error, pods)
	for i := range pods {
		go func() {
			_, err := witnesses.AwaitMore(ctx, n.WitnessName(name(i)), 20)
			written <- err
		}()
	}
	for range pods {
		must(t, <-written)
	}
	since(t, "and have written twenty times more", start)
	for i := range pods {
		expectNoFault(t, n, name(i))
	}
	// However busy it was.
	if now := nodePluginStarts(ctx, t); now != restarts {
		t.Errorf("node plugins were started %d times meanwhile", now-restarts)
	}
}

// nodePluginStarts counts how often csi-node was started again, on all nodes together.
func nodePluginStarts(ctx context.Context, t *testing.T) int32 {
	t.Helper()
	pods, err := theDriver.Pods(ctx, "node")
	must(t, err)
	var starts int32
	for _, pod := range pods {
		for _, container := range pod.Status.ContainerStatuses {
			if container.Name == "csi-node" {
				starts += container.RestartCount
			}
		}
	}
	return starts
}
