package kubernetes

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"dysk.io/test-e2e/kubernetes/await"
	"dysk.io/test-e2e/kubernetes/cluster"
	"dysk.io/test-e2e/kubernetes/collector"
	"dysk.io/test-e2e/kubernetes/workload"
)

// expectStart waits until a witness has begun so often, and writes; having found all that was acknowledged before.
func expectStart(ctx context.Context, t *testing.T, n *workload.Namespace, witness string, starts int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 2*await.Limit)
	defer cancel()
	_, err := witnesses.Await(ctx, n.WitnessName(witness), fmt.Sprintf("start %d", starts), func(w collector.Witness) bool { return w.Starts >= starts })
	must(t, err)
	_, err = witnesses.AwaitMore(ctx, n.WitnessName(witness), 10)
	must(t, err)
}

// expectNoFault fails if a write of the witness failed or was lost.
func expectNoFault(t *testing.T, n *workload.Namespace, witness string) {
	t.Helper()
	if faults := witnesses.Of(n.WitnessName(witness)).Faults; len(faults) > 0 {
		t.Errorf("witness %s: %v", witness, faults)
	}
}

// expectNumber is the number that a reader printed.
func expectNumber(t *testing.T, printed string) uint64 {
	t.Helper()
	number, err := strconv.ParseUint(printed, 10, 64)
	must(t, err)
	return number
}

// expectReaders reads a claim's volume in a pod on each node, all at the same time: each finds what was acknowledged.
func expectReaders(ctx context.Context, t *testing.T, n *workload.Namespace, claim string, acknowledged uint64) {
	t.Helper()
	// They stay until all have read.
	command := []string{"/bin/sh", "-c", strings.Join(workload.Reader(), " ") + " && exec /bin/pause"}
	for number := 1; number <= nodes; number++ {
		name := fmt.Sprintf("reader-%d", number)
		must(t, n.CreatePod(ctx, workload.Pod(name, command, workload.Reading(claim), workload.On(cluster.NodeName(number)))))
	}
	for number := 1; number <= nodes; number++ {
		name := fmt.Sprintf("reader-%d", number)
		_, err := n.AwaitReady(ctx, name)
		must(t, err)
		var printed string
		must(t, await.That(ctx, name+" to have read", func(ctx context.Context) (bool, string) {
			var err error
			printed, err = n.Log(ctx, name)
			return err == nil && printed != "", fmt.Sprint(printed, err)
		}))
		expectAtLeast(t, printed, acknowledged)
	}
}
