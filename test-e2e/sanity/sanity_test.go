// Package sanity runs the conformance suite of CSI against our two programs. It is built on the host and runs in the machine
// where they are; the command run beside it does all that.
package sanity

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/google/uuid"
	"github.com/kubernetes-csi/csi-test/v5/pkg/sanity"
	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"
)

const mib = 1 << 20

var (
	node       = flag.String("dysk.node", "unix:///csi/node/csi.sock", "the node plugin's address")
	controller = flag.String("dysk.controller", "unix:///csi/controller/csi.sock", "the controller's address")
	secrets    = flag.String("dysk.secrets", "", "YAML file with the secrets of each call")
	accessType = flag.String("dysk.access-type", "mount", "mount or block")
	container  = flag.String("dysk.container", "sanity", "container that volumes are made in")
	account    = flag.String("dysk.account", "devstoreaccount1", "account of that container")
	focused    = flag.Bool("dysk.focused", false, "only some tests are run: reasons for skipping are not checked")
	figures    = flag.String("dysk.figures", "", "file to write the figures to, as JSON")
)

// An id of ours that names nothing. Node ids are as the suite makes them: our driver finds that no plugin of ours gave them.
type ids struct {
	sanity.DefaultIDGenerator
}

func (ids) GenerateUniqueValidVolumeID() string {
	return *account + "/" + *container + "/" + uuid.NewString()
}

func TestSanity(t *testing.T) {
	config := sanity.NewTestConfig()
	config.Address = *node
	config.ControllerAddress = *controller
	config.SecretsFile = *secrets
	config.TestVolumeAccessType = *accessType
	config.TestVolumeSize = 256 * mib
	config.TestVolumeExpandSize = 320 * mib
	config.TestVolumeParameters = map[string]string{"container": *container}
	config.TestVolumeMutableParameters = map[string]string{"tags": "team=storage,stage=test"}
	config.IdempotentCount = 3
	config.IDGen = ids{}
	config.TargetPath = t.TempDir() + "/target"
	config.StagingPath = t.TempDir() + "/staging"

	gomega.RegisterFailHandler(ginkgo.Fail)
	context := sanity.GinkgoTest(&config)
	defer context.Finalize()

	var report ginkgo.Report
	ginkgo.ReportAfterSuite("figures", func(all ginkgo.Report) { report = all })
	suite, reporter := ginkgo.GinkgoConfiguration()
	reporter.Succinct = true
	ginkgo.RunSpecs(t, "CSI conformance, "+*accessType, suite, reporter)

	result := evaluate(report.SpecReports)
	for _, line := range result.lines {
		fmt.Println(line)
	}
	fmt.Printf("%s: %d passed, %d failed, %d skipped for a reason\n", *accessType, result.Passed, result.Failed, len(result.Skipped))
	if *figures != "" {
		text, err := json.Marshal(result)
		if err == nil {
			err = os.WriteFile(*figures, append(text, '\n'), 0o644)
		}
		if err != nil {
			t.Error(err)
		}
	}
	if result.Failed > 0 {
		t.Errorf("%d specs failed", result.Failed)
	}
}

// Result is what the figures are.
type Result struct {
	AccessType string        `json:"accessType"`
	Passed     int           `json:"passed"`
	Failed     int           `json:"failed"`
	Seconds    float64       `json:"seconds"`
	Skipped    []SkippedSpec `json:"skipped"`
	Slowest    []SpecTime    `json:"slowest"`
	lines      []string
}

// SkippedSpec is a spec that the driver need not pass, and why.
type SkippedSpec struct {
	Spec   string `json:"spec"`
	Reason string `json:"reason"`
}

// SpecTime is how long a spec took.
type SpecTime struct {
	Spec    string  `json:"spec"`
	Seconds float64 `json:"seconds"`
}

func evaluate(specs types.SpecReports) *Result {
	result := &Result{AccessType: *accessType, Skipped: []SkippedSpec{}}
	used := map[string]bool{}
	for _, spec := range specs {
		if spec.LeafNodeType != types.NodeTypeIt || (*focused && spec.State.Is(types.SpecStateSkipped) && spec.Failure.Message == "") {
			continue
		}
		name := spec.FullText()
		result.Seconds += spec.RunTime.Seconds()
		result.addTime(SpecTime{Spec: name, Seconds: spec.RunTime.Seconds()})
		switch {
		case spec.State.Is(types.SpecStateSkipped | types.SpecStatePending):
			message := spec.Failure.Message
			if spec.State.Is(types.SpecStatePending) {
				message = pending
			}
			if why, ok := mayBeSkipped[message]; ok {
				used[message] = true
				result.Skipped = append(result.Skipped, SkippedSpec{Spec: name, Reason: why})
				result.say("skipped: %s\n    because %s", name, why)
			} else {
				result.Failed++
				result.say("FAILED: %s\n    was skipped (%q), and there is no reason for that in reasons.go", name, message)
			}
		case spec.State.Is(types.SpecStatePassed):
			result.Passed++
		default:
			result.Failed++
			result.say("FAILED: %s\n    %s", name, spec.Failure.Message)
		}
	}
	for message := range mayBeSkipped {
		if !used[message] && !*focused {
			result.Failed++
			result.say("FAILED: nothing was skipped for %q: take it out of reasons.go", message)
		}
	}
	return result
}

func (r *Result) say(format string, values ...any) {
	r.lines = append(r.lines, fmt.Sprintf(format, values...))
}

// Keeps the ten slowest, slowest first.
func (r *Result) addTime(spec SpecTime) {
	at := 0
	for at < len(r.Slowest) && r.Slowest[at].Seconds >= spec.Seconds {
		at++
	}
	r.Slowest = append(r.Slowest[:at], append([]SpecTime{spec}, r.Slowest[at:]...)...)
	if len(r.Slowest) > 10 {
		r.Slowest = r.Slowest[:10]
	}
}
