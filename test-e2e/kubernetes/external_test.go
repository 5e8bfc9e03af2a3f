package kubernetes

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"dysk.io/test-e2e/kubernetes/driver"
)

var (
	suite            = flag.String("suite", "", "directory that storage-suite/build printed; TestExternalStorage needs it")
	suiteDefinitions = flag.String("suite-definitions", "", "test-e2e/kubernetes/storage-suite")
	suiteFocus       = flag.String("suite-focus", "", "run only the specs of the suite that this regular expression matches")
	suiteResult      = flag.String("suite-result", "", "file for the suite's result as JSON")
)

// Kubernetes' own tests for any storage driver, told by driver.yaml what this one is.
func TestExternalStorage(t *testing.T) {
	if *suite == "" {
		t.Skip("it takes hours, and is run by test-e2e/kubernetes/external-storage")
	}
	options := []string{
		"-test.run=^TestExternalStorage$", "-test.timeout=0",
		// Specs have limits of their own, waits in them too. One at a time: two emulated nodes have enough to do with that. Nothing is
		// tried again: what fails, has failed.
		"-ginkgo.timeout=48h", "-ginkgo.poll-progress-after=15m", "-ginkgo.flake-attempts=1", "-ginkgo.no-color",
		"-kubeconfig=" + theCluster.ControlPlane.Admin,
		"-kubectl-path=" + filepath.Join(parts.Programs, "kubectl"),
		"-provider=skeleton",
		"-repo-root=" + *suiteDefinitions,
		"-storage.testdriver=" + filepath.Join(*suiteDefinitions, "driver.yaml"),
		"-report-dir=" + filepath.Join(parts.Work, "external-storage"),
		"-result=" + *suiteResult,
	}
	if *suiteFocus != "" {
		options = append(options, "-focus="+*suiteFocus)
	}
	command := exec.Command(filepath.Join(*suite, "external-storage.test"), options...)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	if err := command.Run(); err != nil {
		diagnose("external-storage")
		t.Error(err)
	}
	// For who looks on: some specs leave volumes on purpose, and namespaces still go.
	if blobs, err := theCluster.Storage.Blobs(t.Context(), driver.Container); err == nil {
		t.Logf("%d blobs and snapshots are left", len(blobs))
	}
}
