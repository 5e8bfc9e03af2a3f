package main

import (
	"slices"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
)

func TestOnlyTheNodePluginIsPrivileged(t *testing.T) {
	eachSetting(t, func(t *testing.T, objects []Object) {
		for _, pod := range pods(t, objects) {
			if pod.spec.HostPID || pod.spec.HostIPC {
				t.Errorf("%s shares processes with the node", pod.name)
			}
			for _, c := range containers(pod.spec) {
				security := c.SecurityContext
				if security == nil || security.ReadOnlyRootFilesystem == nil || !*security.ReadOnlyRootFilesystem {
					t.Errorf("%s: %s may write to its root file system", pod.name, c.Name)
				}
				if c.Name == "csi-node" {
					continue
				}
				if security.Privileged == nil || *security.Privileged || *security.AllowPrivilegeEscalation {
					t.Errorf("%s: %s is privileged, or can become so", pod.name, c.Name)
				}
				if !slices.Equal(security.Capabilities.Drop, []corev1.Capability{"ALL"}) {
					t.Errorf("%s: %s keeps capabilities", pod.name, c.Name)
				}
				added := security.Capabilities.Add
				if c.Name == "module" && slices.Equal(added, []corev1.Capability{"SYS_MODULE"}) {
					continue
				}
				if len(added) > 0 {
					t.Errorf("%s: %s has %v", pod.name, c.Name, added)
				}
			}
			if profile := pod.spec.SecurityContext.SeccompProfile; profile == nil || profile.Type != corev1.SeccompProfileTypeRuntimeDefault {
				t.Errorf("%s has no seccomp profile", pod.name)
			}
		}
	})
}

func TestTheControllerIsNotRootAndHasNothingOfTheNode(t *testing.T) {
	eachSetting(t, func(t *testing.T, objects []Object) {
		pod := one[*appsv1.Deployment](t, objects).Spec.Template.Spec
		if !*pod.SecurityContext.RunAsNonRoot || *pod.SecurityContext.RunAsUser == 0 {
			t.Error("it may be root")
		}
		for _, c := range containers(pod) {
			if c.SecurityContext.RunAsUser != nil {
				t.Errorf("%s has a user of its own", c.Name)
			}
		}
		for _, volume := range pod.Volumes {
			if volume.HostPath != nil {
				t.Errorf("it mounts %s of the node", volume.HostPath.Path)
			}
		}
	})
}

// A command line is in every process list, and in the API for everybody who may read pods.
func TestNoSecretIsInArgumentsOrEnvironment(t *testing.T) {
	eachSetting(t, func(t *testing.T, objects []Object) {
		for _, pod := range pods(t, objects) {
			for _, c := range containers(pod.spec) {
				for _, text := range append(slices.Clone(c.Args), c.Command...) {
					for _, word := range []string{"accountkey", "sas=", "password", "token"} {
						if strings.Contains(strings.ToLower(text), word) {
							t.Errorf("%s: %s is started with %s", pod.name, c.Name, text)
						}
					}
				}
				for _, variable := range c.Env {
					if variable.ValueFrom != nil && variable.ValueFrom.SecretKeyRef != nil {
						t.Errorf("%s: %s has a secret in %s; mount it as a file", pod.name, c.Name, variable.Name)
					}
				}
			}
		}
		if secrets := all[*corev1.Secret](t, objects); len(secrets) > 0 {
			t.Error("the chart makes a secret, so Helm would keep its values")
		}
	})
}

func TestRightsAreNarrow(t *testing.T) {
	eachSetting(t, func(t *testing.T, objects []Object) {
		for _, role := range all[*rbacv1.ClusterRole](t, objects) {
			for _, rule := range role.Rules {
				checkRule(t, role.Name, rule)
				if slices.Contains(rule.Resources, "secrets") {
					t.Errorf("%s: secrets of the whole cluster", role.Name)
				}
				if slices.Contains(rule.Resources, "leases") {
					t.Errorf("%s: leases of the whole cluster", role.Name)
				}
			}
		}
		for _, role := range all[*rbacv1.Role](t, objects) {
			for _, rule := range role.Rules {
				checkRule(t, role.Name, rule)
				if slices.Contains(rule.Resources, "secrets") && !slices.Equal(rule.Verbs, []string{"get"}) {
					t.Errorf("%s: more than get for secrets", role.Name)
				}
			}
		}
	})
}

func checkRule(t *testing.T, role string, rule rbacv1.PolicyRule) {
	t.Helper()
	for _, part := range [][]string{rule.APIGroups, rule.Resources, rule.Verbs} {
		if slices.Contains(part, "*") {
			t.Errorf("%s: a wildcard", role)
		}
	}
	for _, verb := range []string{"escalate", "bind", "impersonate", "deletecollection"} {
		if slices.Contains(rule.Verbs, verb) {
			t.Errorf("%s may %s", role, verb)
		}
	}
	for _, resource := range []string{"pods/exec", "serviceaccounts/token", "nodes/proxy"} {
		if slices.Contains(rule.Resources, resource) {
			t.Errorf("%s has %s", role, resource)
		}
	}
}

// Whoever takes over a node plugin has that node, but nothing of the cluster.
func TestTheNodePluginHasNoRights(t *testing.T) {
	eachSetting(t, func(t *testing.T, objects []Object) {
		set := one[*appsv1.DaemonSet](t, objects)
		container := container(t, set.Spec.Template.Spec, "csi-node")
		removesTaint := slices.Contains(container.Args, "--remove-startup-taint")
		if *set.Spec.Template.Spec.AutomountServiceAccountToken != removesTaint {
			t.Error("it has a token of the API server without need, or none where it needs one")
		}
		var roles []string
		for _, binding := range all[*rbacv1.ClusterRoleBinding](t, objects) {
			if binding.Subjects[0].Name == set.Spec.Template.Spec.ServiceAccountName {
				roles = append(roles, binding.RoleRef.Name)
			}
		}
		for _, binding := range all[*rbacv1.RoleBinding](t, objects) {
			if binding.Subjects[0].Name == set.Spec.Template.Spec.ServiceAccountName {
				roles = append(roles, binding.RoleRef.Name)
			}
		}
		if !removesTaint {
			if len(roles) > 0 {
				t.Errorf("it has the roles %v", roles)
			}
			return
		}
		if !slices.Equal(roles, []string{"csi-dysk-node"}) {
			t.Errorf("it has the roles %v", roles)
		}
		// A patch of any node would be too much: a policy keeps it to its own node and that taint.
		policy := one[*admissionv1.ValidatingAdmissionPolicy](t, objects)
		binding := one[*admissionv1.ValidatingAdmissionPolicyBinding](t, objects)
		want := `"system:serviceaccount:csi-dysk:` + set.Spec.Template.Spec.ServiceAccountName + `"`
		if binding.Spec.PolicyName != policy.Name || !strings.Contains(policy.Spec.MatchConditions[0].Expression, want) {
			t.Errorf("no policy is for %s", want)
		}
	})
}

func TestSecretsThatSidecarsMayReadAreThoseOfTheClasses(t *testing.T) {
	rights := map[string][]string{}
	for _, role := range all[*rbacv1.Role](t, render(t, settings["secrets of teams"])) {
		for _, rule := range role.Rules {
			if slices.Contains(rule.Resources, "secrets") {
				rights[role.Namespace] = append([]string{}, rule.ResourceNames...)
			}
		}
	}
	for namespace, names := range map[string][]string{"storage": {"shared"}, "team1": {"disks"}, "team2": {}} {
		if got, there := rights[namespace]; !there || !slices.Equal(got, names) {
			t.Errorf("in %s: %v, not %v", namespace, got, names)
		}
	}
	if len(rights) != 3 {
		t.Errorf("more than was asked for: %v", rights)
	}
}
