package storagesuite

import (
	"testing"

	"github.com/onsi/ginkgo/v2/types"
)

func spec(name string, state types.SpecState, message string) types.SpecReport {
	return types.SpecReport{LeafNodeType: types.NodeTypeIt, LeafNodeText: specsOfDrivers + name, State: state, Failure: types.Failure{Message: message}}
}

func TestSkippedSpecsAreGroupedByWhatTheySay(t *testing.T) {
	r := resultOf(types.Report{SuiteSucceeded: true, SpecReports: types.SpecReports{
		spec("b", types.SpecStateSkipped, "no RWX -- skipping"),
		spec("a", types.SpecStateSkipped, "no RWX - skipping"),
		spec("should support volume limits", types.SpecStateSkipped, ""),
		spec("c", types.SpecStateSkipped, ""),
		spec("d", types.SpecStatePassed, ""),
		{LeafNodeType: types.NodeTypeIt, LeafNodeText: "of another suite", State: types.SpecStateSkipped},
	}})
	if r.Passed != 1 || r.Failed != 0 || r.skipped() != 4 {
		t.Errorf("passed %d, failed %d, skipped %d", r.Passed, r.Failed, r.skipped())
	}
	if first := r.Skipped[0]; first.Reason != "no RWX" || len(first.Specs) != 2 || first.Specs[0] != specsOfDrivers+"a" {
		t.Errorf("the largest group is %+v", first)
	}
	reasons := map[string]bool{}
	for _, each := range r.Skipped {
		reasons[each.Reason] = true
	}
	if !reasons["not asked for"] || !reasons[reasonFor("should support volume limits")] {
		t.Errorf("reasons are %v", reasons)
	}
}

func TestWhateverDoesNotPassIsAFailure(t *testing.T) {
	states := []types.SpecState{types.SpecStateFailed, types.SpecStatePanicked, types.SpecStateTimedout, types.SpecStateInterrupted, types.SpecStateAborted}
	for _, state := range states {
		if r := resultOf(types.Report{SpecReports: types.SpecReports{spec("a", state, "why")}}); r.Failed != 1 || r.Failures[0].Message != "why" {
			t.Errorf("%s: %+v", state, r)
		}
	}
	before := types.SpecReport{LeafNodeType: types.NodeTypeBeforeSuite, State: types.SpecStateFailed}
	if r := resultOf(types.Report{SpecReports: types.SpecReports{before}}); r.Failed != 1 || r.Failures[0].Spec != "BeforeSuite" {
		t.Errorf("a failed BeforeSuite: %+v", r)
	}
	if r := resultOf(types.Report{SpecialSuiteFailureReasons: []string{"interrupted"}}); r.Failed != 1 || r.Failures[0].Message != "interrupted" {
		t.Errorf("a suite that was cut off: %+v", r)
	}
}
