package kubernetes

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"dysk.io/test-e2e/kubernetes/driver"
)

var (
	suite            = flag.String("suite", "", "directory that storage-suite/build printed; TestExternalStorage needs it")
	suiteDefinitions = flag.String("suite-definitions", "", "test-e2e/kubernetes/storage-suite")
	suiteFocus       = flag.String("suite-focus", "", "run only the specs of the suite that this regular expression matches")
	suiteSkip        = flag.String("suite-skip", "", "of those not the ones that this regular expression matches")
	suiteAtATime     = flag.Int("suite-at-a-time", 1, "how many specs run at a time")
	suiteResult      = flag.String("suite-result", "", "file for the suite's result as JSON")
)

// Kubernetes' own tests for any storage driver, told by driver.yaml what this one is.
func TestExternalStorage(t *testing.T) {
	if *suite == "" {
		t.Skip("it takes hours, and is run by test-e2e/kubernetes/external-storage")
	}
	options := []string{
		// Specs have limits of their own, waits in them too. Nothing is tried again: what fails, has failed.
		"--timeout=48h", "--poll-progress-after=15m", "--flake-attempts=1", "--no-color", "--procs=" + strconv.Itoa(*suiteAtATime),
		filepath.Join(*suite, "external-storage.test"), "--",
		"-test.run=^TestExternalStorage$",
		"-kubeconfig=" + theCluster.ControlPlane.Admin,
		"-kubectl-path=" + filepath.Join(parts.Programs, "kubectl"),
		"-provider=skeleton",
		"-repo-root=" + *suiteDefinitions,
		"-storage.testdriver=" + filepath.Join(*suiteDefinitions, "driver.yaml"),
		"-report-dir=" + filepath.Join(parts.Work, "external-storage"),
		"-result=" + *suiteResult,
		"-progress=" + filepath.Join(parts.Work, "external-storage-progress.txt"),
	}
	if *suiteFocus != "" {
		options = append(options, "-focus="+*suiteFocus)
	}
	if *suiteSkip != "" {
		options = append(options, "-skip="+*suiteSkip)
	}
	command := exec.Command(filepath.Join(*suite, "ginkgo"), options...)
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
