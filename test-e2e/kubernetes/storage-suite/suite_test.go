// Package storagesuite is Kubernetes' own suite for storage drivers as a program of its own: test/e2e/storage/external, and of the
// rest of its end-to-end tests only what that needs.
package storagesuite

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"
	"k8s.io/kubernetes/test/e2e/framework"
	"k8s.io/kubernetes/test/e2e/framework/config"
	"k8s.io/kubernetes/test/e2e/framework/testfiles"

	// A failed spec tells the events of its namespace; after each, all nodes must be ready.
	_ "k8s.io/kubernetes/test/e2e/framework/debug/init"
	_ "k8s.io/kubernetes/test/e2e/framework/node/init"
	// Defines the specs when its option -storage.testdriver is read.
	_ "k8s.io/kubernetes/test/e2e/storage/external"
	// Failures show objects of the API as YAML.
	_ "k8s.io/kubernetes/test/utils/format"
)

var (
	focus      = flag.String("focus", "", "only the specs whose names this regular expression matches")
	skip       = flag.String("skip", "", "of those not the ones whose names this regular expression matches")
	resultFile = flag.String("result", "", "file for the result as JSON")
	progress   = flag.String("progress", "", "file for a line for each spec that ran, as it ends: the whole takes hours")
)

func TestMain(m *testing.M) {
	config.CopyFlags(config.Flags, flag.CommandLine)
	framework.RegisterCommonFlags(flag.CommandLine)
	framework.RegisterClusterFlags(flag.CommandLine)
	flag.Parse()
	framework.AfterReadingAllFlags(&framework.TestContext)
	// The files that the driver's definition names.
	testfiles.AddFileSource(testfiles.RootFileSource{Root: framework.TestContext.RepoRoot})
	os.Exit(m.Run())
}

func TestExternalStorage(t *testing.T) {
	gomega.RegisterFailHandler(framework.Fail)
	suite, reporter := ginkgo.GinkgoConfiguration()
	suite.FocusStrings = []string{regexp.QuoteMeta(specsOfDrivers) + ".*(?:" + *focus + ")"}
	if *skip != "" {
		suite.SkipStrings = append(suite.SkipStrings, *skip)
	}
	for _, each := range leftOut {
		suite.SkipStrings = append(suite.SkipStrings, each.specs)
	}
	// Only now: Kubernetes looks through all specs when it reads its options, after which Ginkgo has forgotten what was said outside of specs.
	ginkgo.ReportAfterEach(report)
	ginkgo.ReportAfterSuite("result", conclude)
	ginkgo.RunSpecs(t, "csi-dysk", suite, reporter)
}

// report says how a spec went, if it ran. Into a file, since what processes of a parallel run print is kept until the end.
func report(spec ginkgo.SpecReport) {
	if *progress == "" || spec.State.Is(types.SpecStateSkipped|types.SpecStatePending) {
		return
	}
	file, err := os.OpenFile(*progress, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	framework.ExpectNoError(err)
	defer file.Close()
	_, err = fmt.Fprintf(file, "%s  %s (%.0f s)\n", spec.State, spec.FullText(), spec.RunTime.Seconds())
	framework.ExpectNoError(err)
}

func conclude(report ginkgo.Report) {
	result := resultOf(report)
	result.print(os.Stdout)
	if *resultFile != "" {
		framework.ExpectNoError(result.write(*resultFile))
	}
	fmt.Printf("%d passed, %d failed, %d skipped in %v\n", result.Passed, result.Failed, result.skipped(), report.RunTime.Round(time.Second))
}
