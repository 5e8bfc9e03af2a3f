package storagesuite

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"

	"github.com/onsi/ginkgo/v2/types"
)

// Specs of the suite begin so. With the packages that it needs come specs of other suites, which don't count.
const specsOfDrivers = "External Storage [Driver: "

// result is how the suite went: which specs failed, and why which were skipped.
type result struct {
	Passed   int       `json:"passed"`
	Failed   int       `json:"failed"`
	Failures []failure `json:"failures,omitempty"`
	Skipped  []skips   `json:"skipped"`
}

// failure is a spec that failed, or a part of the suite outside of specs.
type failure struct {
	Spec    string  `json:"spec"`
	State   string  `json:"state"`
	Message string  `json:"message"`
	Where   string  `json:"where"`
	Seconds float64 `json:"seconds"`
}

// skips are all specs that were skipped for one reason.
type skips struct {
	Reason string   `json:"reason"`
	Specs  []string `json:"specs"`
}

func resultOf(report types.Report) *result {
	r := &result{}
	skipped := map[string][]string{}
	for _, spec := range report.SpecReports {
		switch {
		case spec.State.Is(types.SpecStateFailureStates):
			r.Failed++
			r.Failures = append(r.Failures, failure{
				Spec: nameOf(spec), State: spec.State.String(), Message: spec.Failure.Message, Where: spec.Failure.Location.String(),
				Seconds: spec.RunTime.Seconds(),
			})
		case !strings.HasPrefix(spec.FullText(), specsOfDrivers): // what is done around specs counts only when it fails
		case spec.State.Is(types.SpecStatePassed):
			r.Passed++
		default:
			reason := whySkipped(spec)
			skipped[reason] = append(skipped[reason], nameOf(spec))
		}
	}
	if !report.SuiteSucceeded && r.Failed == 0 {
		r.Failed++
		r.Failures = append(r.Failures, failure{Spec: "the suite", State: "failed", Message: strings.Join(report.SpecialSuiteFailureReasons, "; ")})
	}
	for reason, specs := range skipped {
		sort.Strings(specs)
		r.Skipped = append(r.Skipped, skips{reason, specs})
	}
	sort.Slice(r.Skipped, func(i, j int) bool {
		a, b := r.Skipped[i], r.Skipped[j]
		return len(a.Specs) > len(b.Specs) || len(a.Specs) == len(b.Specs) && a.Reason < b.Reason
	})
	return r
}

func nameOf(spec types.SpecReport) string {
	if name := spec.FullText(); name != "" {
		return name
	}
	return spec.LeafNodeType.String()
}

// whySkipped is what a spec said when it skipped itself, or why it was never asked.
func whySkipped(spec types.SpecReport) string {
	if said := spec.Failure.Message; said != "" {
		said = strings.TrimSuffix(strings.TrimSuffix(said, " -- skipping"), " - skipping")
		return said
	}
	if reason := reasonFor(spec.FullText()); reason != "" {
		return reason
	}
	if spec.State.Is(types.SpecStatePending) {
		return "pending in Kubernetes"
	}
	return "not asked for"
}

func (r *result) skipped() int {
	count := 0
	for _, each := range r.Skipped {
		count += len(each.Specs)
	}
	return count
}

func (r *result) print(out io.Writer) {
	fmt.Fprintln(out) // Ginkgo is in the middle of a line
	for _, each := range r.Skipped {
		fmt.Fprintf(out, "skipped %4d  %s\n", len(each.Specs), each.Reason)
	}
	for _, each := range r.Failures {
		fmt.Fprintf(out, "%s  %s\n", each.State, each.Spec)
	}
}

func (r *result) write(file string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}
