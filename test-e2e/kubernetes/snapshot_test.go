package kubernetes

import (
	"testing"

	"dysk.io/test-e2e/kubernetes/workload"

	corev1 "k8s.io/api/core/v1"
)

// A snapshot of a volume that is being written holds everything that was acknowledged before it, and nothing that came later changes it.
func TestSnapshotAndRestore(t *testing.T) {
	ctx, n := begin(t)
	must(t, n.CreateClaim(ctx, workload.Claim("data")))
	must(t, n.CreatePod(ctx, workload.Pod("writer", n.Witness("w"), workload.With("data"))))
	expectStart(ctx, t, n, "w", 1)
	before := witnesses.Of(n.WitnessName("w")).Acknowledged
	must(t, n.Snapshot(ctx, "then", "data"))
	after, err := witnesses.AwaitMore(ctx, n.WitnessName("w"), 50)
	must(t, err)

	must(t, n.CreateClaim(ctx, workload.Claim("restored", workload.OfSnapshot("then"))))
	must(t, n.CreatePod(ctx, workload.Pod("reader", workload.Reader(), workload.With("restored"))))
	found, err := n.Output(ctx, "reader")
	must(t, err)
	expectAtLeast(t, found, before)
	if expectNumber(t, found) >= after.Acknowledged {
		t.Errorf("the snapshot has %s, which was written after it", found)
	}
	expectNoFault(t, n, "w")

	// Its volume goes first: the snapshot stays usable.
	must(t, n.DeletePod(ctx, "writer"))
	volume, err := n.AwaitBound(ctx, "data")
	must(t, err)
	must(t, n.DeleteClaim(ctx, "data", volume.Name))
	must(t, n.CreateClaim(ctx, workload.Claim("late", workload.OfSnapshot("then"))))
	must(t, n.CreatePod(ctx, workload.Pod("late-reader", workload.Reader(), workload.With("late"))))
	late, err := n.Output(ctx, "late-reader")
	must(t, err)
	if late != found {
		t.Errorf("the snapshot has %s, a moment ago %s", late, found)
	}
	must(t, n.DeleteSnapshot(ctx, "then"))
	expectNoBlob(ctx, t, volume.Spec.CSI.VolumeHandle)
}

// Pods on both nodes read what a snapshot holds at the same time. It is taken when nobody has the file system mounted: readers don't replay its
// journal.
func TestManyReaders(t *testing.T) {
	ctx, n := begin(t)
	must(t, n.CreateClaim(ctx, workload.Claim("data")))
	must(t, n.CreatePod(ctx, workload.Pod("writer", n.Witness("w"), workload.With("data"))))
	expectStart(ctx, t, n, "w", 1)
	must(t, n.DeletePod(ctx, "writer"))
	must(t, awaitGivenBack(ctx, n))
	before := witnesses.Of(n.WitnessName("w")).Acknowledged
	must(t, n.Snapshot(ctx, "then", "data"))
	must(t, n.CreateClaim(ctx, workload.Claim("shared", workload.OfSnapshot("then"), workload.Access(corev1.ReadOnlyMany))))
	expectReaders(ctx, t, n, "shared", before)
}
