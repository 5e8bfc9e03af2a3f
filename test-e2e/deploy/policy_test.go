package main

import (
	"testing"

	"github.com/google/cel-go/cel"
	admissionv1 "k8s.io/api/admissionregistration/v1"
)

const caller = "system:serviceaccount:csi-dysk:csi-dysk-node"

func taint(key string) any { return map[string]any{"key": key, "effect": "NoExecute"} }

func node(name string, labels map[string]any, taints ...any) map[string]any {
	spec := map[string]any{}
	if len(taints) > 0 {
		spec["taints"] = taints
	}
	return map[string]any{"metadata": map[string]any{"name": name, "labels": labels}, "spec": spec}
}

// The policy's expressions do what its messages say.
func TestANodePluginMayOnlyTakeTheStartupTaintOffItsOwnNode(t *testing.T) {
	policy := one[*admissionv1.ValidatingAdmissionPolicy](t, render(t, settings["startup taint"]))
	const ours = "csi-dysk/agent-not-ready"
	labels, others := map[string]any{"zone": "1"}, map[string]any{"zone": "2"}
	before := node("a", labels, taint("x"), taint(ours))
	for name, change := range map[string]struct {
		from  string
		after map[string]any
		taken bool
	}{
		"the taint goes":          {"a", node("a", labels, taint("x")), true},
		"of another node":         {"b", node("a", labels, taint("x")), false},
		"nobody knows from where": {"", node("a", labels, taint("x")), false},
		"all taints go":           {"a", node("a", labels), false},
		"another goes":            {"a", node("a", labels, taint(ours)), false},
		"one is added":            {"a", node("a", labels, taint("x"), taint(ours), taint("y")), false},
		"nothing changes":         {"a", before, false},
		"labels change too":       {"a", node("a", others, taint("x")), false},
	} {
		t.Run(name, func(t *testing.T) {
			extra := map[string]any{}
			if change.from != "" {
				extra["authentication.kubernetes.io/node-name"] = []any{change.from}
			}
			request := map[string]any{"userInfo": map[string]any{"username": caller, "extra": extra}}
			if taken := admits(t, policy, request, before, change.after); taken != change.taken {
				t.Errorf("admitted: %v", taken)
			}
		})
	}
}

func TestThePolicyLeavesOthersAlone(t *testing.T) {
	policy := one[*admissionv1.ValidatingAdmissionPolicy](t, render(t, settings["startup taint"]))
	request := map[string]any{"userInfo": map[string]any{"username": "system:node:a", "extra": map[string]any{}}}
	if !admits(t, policy, request, node("a", nil, taint("x")), node("a", nil)) {
		t.Error("a kubelet can't change its node any more")
	}
}

func admits(t *testing.T, policy *admissionv1.ValidatingAdmissionPolicy, request, before, after map[string]any) bool {
	t.Helper()
	vars := map[string]any{"request": request, "object": after, "oldObject": before, "variables": map[string]any{}}
	for _, condition := range policy.Spec.MatchConditions {
		if evaluate(t, condition.Expression, vars) != true {
			return true
		}
	}
	variables := map[string]any{}
	vars["variables"] = variables
	for _, variable := range policy.Spec.Variables {
		variables[variable.Name] = evaluate(t, variable.Expression, vars)
	}
	for _, validation := range policy.Spec.Validations {
		if evaluate(t, validation.Expression, vars) != true {
			return false
		}
	}
	return true
}

func evaluate(t *testing.T, expression string, vars map[string]any) any {
	t.Helper()
	env, err := cel.NewEnv(cel.Variable("request", cel.DynType), cel.Variable("object", cel.DynType), cel.Variable("oldObject", cel.DynType),
		cel.Variable("variables", cel.DynType))
	if err != nil {
		t.Fatal(err)
	}
	compiled, issues := env.Compile(expression)
	if issues.Err() != nil {
		t.Fatalf("%s: %v", expression, issues.Err())
	}
	program, err := env.Program(compiled)
	if err != nil {
		t.Fatal(err)
	}
	value, _, err := program.Eval(vars)
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return value.Value()
}
