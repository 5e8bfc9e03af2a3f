package kubernetes

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"testing"

	"dysk.io/test-e2e/kubernetes/await"
	"dysk.io/test-e2e/kubernetes/driver"
	"dysk.io/test-e2e/kubernetes/example"
	"dysk.io/test-e2e/kubernetes/workload"
)

// Each example, typed as it says, shows what it says.
func TestExamples(t *testing.T) {
	ctx, n := begin(t)
	reader, err := example.NewReader(*tree, parts.Programs, theCluster.ControlPlane.Admin, n.Name, theCluster.Storage.Endpoint, parts.Work)
	must(t, err)

	// In this order: later ones use what earlier ones made.
	const date = `\w{3} \w{3} +\d+ \d\d:\d\d:\d\d UTC \d{4}\n`
	for _, each := range []struct {
		file, printed string
		over          []string // no later one needs these
	}{
		{"pod.yaml", date + `$`, nil},
		{"expand.yaml", `\s19\.6G\s`, nil},
		{"snapshot-and-restore.yaml", date + `$`, []string{"snapshot-and-restore.yaml", "pod.yaml"}},
		{"statefulset.yaml", `(?s)\nweb-1\n.*\nweb-1\n.*scaled\n$`, []string{"statefulset.yaml"}},
		{"raw-block.yaml", `\nas written\n10737418240\n$`, []string{"raw-block.yaml"}},
		{"read-only-many.yaml", `\n(1000 files\n){4}$`, []string{"read-only-many.yaml", "read-only-many-fill.yaml"}},
		{"postgresql/postgresql.yaml", `\n\d+ commits acknowledged, none lost\n$`, []string{"postgresql/postgresql.yaml"}},
	} {
		t.Run(each.file, func(t *testing.T) {
			expectPrinted(ctx, t, reader, each.file, each.printed)
			for _, file := range each.over {
				_, err := reader.Run(ctx, "kubectl delete -f "+file)
				must(t, err)
			}
		})
	}
	t.Run("existing-blob.yaml", func(t *testing.T) {
		blob := blobOfBefore(ctx, t, n)
		expectPrinted(ctx, t, reader, "existing-blob.yaml", `\srecords\n`, "CONTAINER/BLOB", driver.Container+"/"+blob)
		_, err := reader.Run(ctx, "kubectl delete -f existing-blob.yaml", "kubectl delete pv existing-blob")
		must(t, err)
		expectBlob(ctx, t, blob)
	})
}

// expectPrinted follows an example and fails if what it prints isn't what its reader was told to expect.
func expectPrinted(ctx context.Context, t *testing.T, reader *example.Reader, file, pattern string, replace ...string) {
	t.Helper()
	wanted := regexp.MustCompile(pattern)
	printed, err := reader.Follow(ctx, file, wanted.MatchString, replace...)
	must(t, err)
	t.Log(printed)
	if !wanted.MatchString(printed) {
		t.Errorf("that isn't %q", pattern)
	}
}

// blobOfBefore is a blob with a file system and records in it, of no volume any more.
func blobOfBefore(ctx context.Context, t *testing.T, n *workload.Namespace) string {
	t.Helper()
	must(t, n.CreateClaim(ctx, workload.Claim("before", workload.Class("csi-dysk-retain"))))
	volume, err := n.AwaitBound(ctx, "before")
	must(t, err)
	must(t, n.CreatePod(ctx, workload.Pod("before", n.Witness("before"), workload.With("before"))))
	expectStart(ctx, t, n, "before", 1)
	must(t, n.DeletePod(ctx, "before"))
	must(t, awaitUnleased(ctx, filepath.Base(volume.Spec.CSI.VolumeHandle)))
	must(t, n.DeleteRetained(ctx, "before", volume.Name))
	return filepath.Base(volume.Spec.CSI.VolumeHandle)
}

// expectBlob fails if a blob is gone.
func expectBlob(ctx context.Context, t *testing.T, name string) {
	t.Helper()
	must(t, await.That(ctx, "the blob "+name, func(ctx context.Context) (bool, string) {
		blobs, err := theCluster.Storage.Blobs(ctx, driver.Container)
		if err != nil {
			return false, err.Error()
		}
		for _, blob := range blobs {
			if blob.Name == name {
				return true, ""
			}
		}
		return false, fmt.Sprint(blobs)
	}))
}
