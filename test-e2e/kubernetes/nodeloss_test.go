package kubernetes

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"dysk.io/test-e2e/kubernetes/await"
	"dysk.io/test-e2e/kubernetes/cluster"
	"dysk.io/test-e2e/kubernetes/collector"
	"dysk.io/test-e2e/kubernetes/workload"
)

// A node whose power is cut while a pod writes: the pod goes on elsewhere, with every acknowledged write.
func TestNodeLoss(t *testing.T) {
	ctx, n, number := writingStatefulSet(t)
	start := time.Now()
	theCluster.KillNode(number)
	t.Cleanup(func() { bringBack(t, number) })
	giveUp(ctx, t, number)
	since(t, "node lost to given up", start)
	given := time.Now()
	expectStart(ctx, t, n, "db-0", 2)
	since(t, "given up to writing elsewhere", given)
	since(t, "node lost to writing elsewhere", start)
	expectNoFault(t, n, "db-0")
}

// A node that only seems lost: frozen, given up, its pod on another node, then it goes on. Nothing that it writes then counts, and it cleans up.
func TestFrozenNode(t *testing.T) {
	ctx, n, number := writingStatefulSet(t)
	frozen := theCluster.Node(number)
	must(t, frozen.Freeze())
	t.Cleanup(func() {
		frozen.Resume()
		bringBack(t, number)
	})
	giveUp(ctx, t, number)
	expectStart(ctx, t, n, "db-0", 2)
	must(t, frozen.Resume())
	expectFenced(ctx, t, n, number)
}

// The same when the driver can't give the lost node's lease back: Kubernetes attaches elsewhere anyway, so the driver must fence by itself.
func TestFrozenNodeWithoutDetach(t *testing.T) {
	ctx, n, number := writingStatefulSet(t)
	frozen := theCluster.Node(number)
	must(t, frozen.Freeze())
	t.Cleanup(func() {
		theCluster.Storage.Heal(context.Background())
		frozen.Resume()
		bringBack(t, number)
	})
	must(t, theCluster.Storage.Fail(ctx, "comp=lease&action=release&kind=answer&status=500&count=0"))
	giveUp(ctx, t, number)
	expectStart(ctx, t, n, "db-0", 2)
	must(t, theCluster.Storage.Heal(ctx))
	must(t, frozen.Resume())
	expectFenced(ctx, t, n, number)
}

// writingStatefulSet makes one whose pod writes, and gives the number of the pod's node.
func writingStatefulSet(t *testing.T) (context.Context, *workload.Namespace, int) {
	t.Helper()
	ctx, n := begin(t)
	must(t, n.CreateStatefulSet(ctx, "db", 1))
	expectStart(ctx, t, n, "db-0", 1)
	_, err := witnesses.AwaitMore(ctx, n.WitnessName("db-0"), 100)
	must(t, err)
	pod, err := n.AwaitReady(ctx, "db-0")
	must(t, err)
	for number := 1; number <= nodes; number++ {
		if cluster.NodeName(number) == pod.Spec.NodeName {
			return ctx, n, number
		}
	}
	t.Fatalf("the pod is on %q", pod.Spec.NodeName)
	return nil, nil, 0
}

const outOfService = `{"spec": {"taints": [{"key": "node.kubernetes.io/out-of-service", "value": "nodeshutdown", "effect": "NoExecute"}]}}`

// giveUp does what a person does with a lost node: waits until Kubernetes has noticed, and says that it won't come back.
func giveUp(ctx context.Context, t *testing.T, number int) {
	t.Helper()
	name := cluster.NodeName(number)
	must(t, await.That(ctx, name+" to be noticed as lost", func(ctx context.Context) (bool, string) {
		node, err := theCluster.Client.CoreV1().Nodes().Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return false, err.Error()
		}
		for _, condition := range node.Status.Conditions {
			if condition.Type == corev1.NodeReady {
				return condition.Status != corev1.ConditionTrue, string(condition.Status)
			}
		}
		return false, "no condition"
	}))
	_, err := theCluster.Client.CoreV1().Nodes().Patch(ctx, name, types.MergePatchType, []byte(outOfService), metav1.PatchOptions{})
	must(t, err)
}

// expectFenced waits until the witness that was left on a frozen node was refused, and nothing of the volume is left there.
func expectFenced(ctx context.Context, t *testing.T, n *workload.Namespace, number int) {
	t.Helper()
	limited, cancel := context.WithTimeout(ctx, await.Limit)
	defer cancel()
	_, err := witnesses.Await(limited, n.WitnessName("db-0"), "the old one to be refused", func(w collector.Witness) bool { return len(w.Refused) > 0 })
	must(t, err)
	_, err = witnesses.AwaitMore(limited, n.WitnessName("db-0"), 50)
	must(t, err)
	expectNoFault(t, n, "db-0")
	removeTaints(ctx, t, number)
	awaitCleanedUp(ctx, t, number)
}

// awaitCleanedUp waits until nothing of any volume is left on a node.
func awaitCleanedUp(ctx context.Context, t *testing.T, number int) {
	t.Helper()
	must(t, await.That(ctx, "the node to have cleaned up", func(ctx context.Context) (bool, string) {
		out, err := theCluster.Node(number).Run(ctx, "ls /sys/block | grep dysk; grep csi-dysk /proc/mounts; true")
		if err != nil {
			return false, err.Error()
		}
		return strings.TrimSpace(out) == "", out
	}))
}

func removeTaints(ctx context.Context, t *testing.T, number int) {
	t.Helper()
	_, err := theCluster.Client.CoreV1().Nodes().Patch(ctx, cluster.NodeName(number), types.MergePatchType, []byte(`{"spec": {"taints": null}}`), metav1.PatchOptions{})
	must(t, err)
}

// bringBack makes a lost node one of the cluster again, booted anew if it isn't running.
func bringBack(t *testing.T, number int) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	if theCluster.Node(number) == nil {
		if err := theCluster.StartNode(ctx, number); err != nil {
			t.Error(err)
			return
		}
	}
	removeTaints(ctx, t, number)
	if err := theDriver.AwaitReady(ctx); err != nil {
		t.Error(fmt.Errorf("after the node came back: %w", err))
	}
}
