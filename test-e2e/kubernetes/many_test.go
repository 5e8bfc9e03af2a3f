package kubernetes

import (
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
	for i := range pods {
		_, err := witnesses.AwaitMore(ctx, n.WitnessName(name(i)), 20)
		must(t, err)
		expectNoFault(t, n, name(i))
	}
}
