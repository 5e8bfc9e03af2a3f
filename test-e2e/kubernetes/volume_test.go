package kubernetes

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"dysk.io/test-e2e/kubernetes/await"
	"dysk.io/test-e2e/kubernetes/driver"
	"dysk.io/test-e2e/kubernetes/workload"
)

// A volume's life: claimed, written by a pod, read by the next one, deleted with its blob.
func TestVolume(t *testing.T) {
	ctx, n := begin(t)
	start := time.Now()
	must(t, n.CreateClaim(ctx, workload.Claim("data")))
	volume, err := n.AwaitBound(ctx, "data")
	must(t, err)
	since(t, "claim to Bound", start)

	start = time.Now()
	must(t, n.CreatePod(ctx, workload.Pod("first", n.Witness("w"), workload.With("data"))))
	_, err = n.AwaitReady(ctx, "first")
	must(t, err)
	since(t, "pod to Ready", start)
	_, err = witnesses.AwaitMore(ctx, n.WitnessName("w"), 100)
	must(t, err)
	must(t, n.DeletePod(ctx, "first"))

	must(t, n.CreatePod(ctx, workload.Pod("reader", workload.Reader(), workload.With("data"))))
	last, err := n.Output(ctx, "reader")
	must(t, err)
	expectAtLeast(t, last, witnesses.Of(n.WitnessName("w")).Acknowledged)
	must(t, n.DeletePod(ctx, "reader"))

	start = time.Now()
	must(t, n.DeleteClaim(ctx, "data", volume.Name))
	since(t, "claim to gone", start)
	expectNoBlob(ctx, t, volume.Spec.CSI.VolumeHandle)
}

// expectAtLeast fails if a reader didn't find what was acknowledged. One more may be there: written, but its writer ended before it knew.
func expectAtLeast(t *testing.T, found string, acknowledged uint64) {
	t.Helper()
	if last, err := strconv.ParseUint(found, 10, 64); err != nil || last < acknowledged {
		t.Errorf("%d was acknowledged, the last one found is %q", acknowledged, found)
	}
}

// expectNoBlob fails if anything of a volume is left, a lease or a snapshot of it included.
func expectNoBlob(ctx context.Context, t *testing.T, handle string) {
	t.Helper()
	must(t, await.That(ctx, "the blob of "+handle+" to be gone", func(ctx context.Context) (bool, string) {
		blobs, err := theCluster.Storage.Blobs(ctx, driver.Container)
		if err != nil {
			return false, err.Error()
		}
		for _, blob := range blobs {
			if strings.HasSuffix(handle, "/"+driver.Container+"/"+blob.Name) {
				return false, fmt.Sprintf("%+v", blob)
			}
		}
		return true, ""
	}))
}
