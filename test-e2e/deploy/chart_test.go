package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"helm.sh/helm/v4/pkg/chart/v2/lint"
	"helm.sh/helm/v4/pkg/chart/v2/lint/support"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

func TestLintFindsNothing(t *testing.T) {
	for name, text := range settings {
		linter := lint.RunAll(chartFolder(), parse(t, text), "csi-dysk")
		for _, message := range linter.Messages {
			// An icon is a matter of taste.
			if message.Severity > support.InfoSev {
				t.Errorf("%s: %v", name, message)
			}
		}
	}
}

func TestObjectsAreWhatTheAPIServerTakes(t *testing.T) {
	eachSetting(t, func(t *testing.T, objects []Object) {
		seen := map[string]bool{}
		for _, object := range objects {
			mustDecode(t, object)
			key := object.Kind + " " + object.Name + " " + namespaceOf(t, object)
			if seen[key] {
				t.Errorf("%s is there twice", key)
			}
			seen[key] = true
		}
	})
}

func namespaceOf(t *testing.T, object Object) string {
	t.Helper()
	accessor, err := meta.Accessor(mustDecode(t, object))
	if err != nil {
		t.Fatal(err)
	}
	return accessor.GetNamespace()
}

func TestPodsHangTogether(t *testing.T) {
	eachSetting(t, func(t *testing.T, objects []Object) {
		accounts := map[string]bool{}
		for _, account := range all[*corev1.ServiceAccount](t, objects) {
			accounts[account.Name] = true
		}
		for _, pod := range pods(t, objects) {
			if !accounts[pod.spec.ServiceAccountName] {
				t.Errorf("%s: there is no service account %s", pod.name, pod.spec.ServiceAccountName)
			}
			if !pod.selector.Matches(labels.Set(pod.labels)) {
				t.Errorf("%s: the selector doesn't match its pods", pod.name)
			}
			volumes, mounted, ports := map[string]bool{}, map[string]bool{}, map[int32]string{}
			for _, volume := range pod.spec.Volumes {
				volumes[volume.Name] = true
			}
			for _, c := range containers(pod.spec) {
				for _, mount := range c.VolumeMounts {
					mounted[mount.Name] = true
					if !volumes[mount.Name] {
						t.Errorf("%s: %s mounts %s, which isn't there", pod.name, c.Name, mount.Name)
					}
				}
				for _, port := range c.Ports {
					if other := ports[port.ContainerPort]; other != "" {
						t.Errorf("%s: %s and %s both listen on %d", pod.name, other, c.Name, port.ContainerPort)
					}
					ports[port.ContainerPort] = c.Name
				}
				if c.Resources.Requests.Memory().IsZero() || c.Resources.Limits.Memory().IsZero() {
					t.Errorf("%s: %s says nothing of its memory", pod.name, c.Name)
				}
				if strings.HasSuffix(c.Image, ":") || !strings.ContainsAny(c.Image, ":@") || strings.HasSuffix(c.Image, ":latest") {
					t.Errorf("%s: %s has the image %s, of no certain version", pod.name, c.Name, c.Image)
				}
				if given := timeToStart(c); given < leastTimeToStart {
					t.Errorf("%s: %s has %s to start, and the driver may need more", pod.name, c.Name, given)
				}
				for _, probe := range []*corev1.Probe{c.LivenessProbe, c.ReadinessProbe, c.StartupProbe} {
					// A name counts within its own container only.
					if probe != nil && probe.HTTPGet.Port.StrVal != "" && !hasPort(corev1.PodSpec{Containers: []corev1.Container{c}}, probe.HTTPGet.Port.StrVal) {
						t.Errorf("%s: %s is probed on a port %s that isn't there", pod.name, c.Name, probe.HTTPGet.Port.StrVal)
					}
				}
			}
			for name := range volumes {
				if !mounted[name] {
					t.Errorf("%s: nobody mounts %s", pod.name, name)
				}
			}
		}
	})
}

// What the driver may need until it answers, on a node that is busy; its sidecars answer only then.
const leastTimeToStart = 2 * time.Minute

// timeToStart is how long a container may take before kubelet begins it anew.
func timeToStart(c corev1.Container) time.Duration {
	patience := func(p *corev1.Probe) time.Duration {
		return time.Duration(p.InitialDelaySeconds+p.PeriodSeconds*p.FailureThreshold) * time.Second
	}
	switch {
	case c.LivenessProbe == nil:
		return math.MaxInt64
	case c.StartupProbe != nil:
		return patience(c.StartupProbe)
	default:
		return patience(c.LivenessProbe)
	}
}

func hasPort(pod corev1.PodSpec, name string) bool {
	return slices.ContainsFunc(pod.Containers, func(c corev1.Container) bool {
		return slices.ContainsFunc(c.Ports, func(port corev1.ContainerPort) bool { return port.Name == name })
	})
}

func TestWhatPointsAtTheControllerFindsIt(t *testing.T) {
	eachSetting(t, func(t *testing.T, objects []Object) {
		controller := one[*appsv1.Deployment](t, objects).Spec.Template
		matches := func(what string, selector map[string]string) {
			if !labels.SelectorFromSet(selector).Matches(labels.Set(controller.Labels)) {
				t.Errorf("%s selects other pods", what)
			}
		}
		for _, service := range all[*corev1.Service](t, objects) {
			matches(service.Name, service.Spec.Selector)
			for _, port := range service.Spec.Ports {
				if !hasPort(controller.Spec, port.TargetPort.StrVal) {
					t.Errorf("service %s: there is no port %s", service.Name, port.TargetPort.StrVal)
				}
			}
		}
		for _, budget := range all[*policyv1.PodDisruptionBudget](t, objects) {
			matches(budget.Name, budget.Spec.Selector.MatchLabels)
		}
		for _, policy := range all[*networkingv1.NetworkPolicy](t, objects) {
			matches(policy.Name, policy.Spec.PodSelector.MatchLabels)
			for _, rule := range policy.Spec.Ingress {
				for _, port := range rule.Ports {
					if !hasPort(controller.Spec, port.Port.StrVal) {
						t.Errorf("policy %s: there is no port %s", policy.Name, port.Port.StrVal)
					}
				}
			}
		}
		for _, monitor := range all[*PodMonitor](t, objects) {
			pod := controller.Spec
			if strings.HasSuffix(monitor.Name, "-node") {
				pod = one[*appsv1.DaemonSet](t, objects).Spec.Template.Spec
			}
			for _, endpoint := range monitor.Spec.PodMetricsEndpoints {
				if !hasPort(pod, endpoint.Port) {
					t.Errorf("monitor %s: there is no port %s", monitor.Name, endpoint.Port)
				}
			}
		}
	})
}

// Arguments of our programs are options that they have.
func TestOptionsExist(t *testing.T) {
	const pattern = `options\.(?:option|required|list|flag)\("(--[a-z-]+)"`
	common := "proto/rpc/src/main/java"
	known := map[string]map[string]bool{
		"csi-controller": found(t, pattern, ".java", common, "csi-controller/service/src/main/java"),
		"csi-node":       found(t, pattern, ".java", common, "csi-node/src/main/java"),
	}
	eachSetting(t, func(t *testing.T, objects []Object) {
		for _, pod := range pods(t, objects) {
			for _, c := range pod.spec.Containers {
				options, ours := known[c.Name]
				for _, arg := range c.Args {
					name, _, _ := strings.Cut(arg, "=")
					if ours && !options[name] {
						t.Errorf("%s has no option %s", c.Name, name)
					}
				}
			}
		}
	})
}

// What the chart tells the module's image is what that image knows.
func TestModuleContract(t *testing.T) {
	known := found(t, "`(DYSK_MODULE_[A-Z_]+)`", ".md", "deploy/module")
	eachSetting(t, func(t *testing.T, objects []Object) {
		module := container(t, one[*appsv1.DaemonSet](t, objects).Spec.Template.Spec, "module")
		for _, variable := range module.Env {
			if !known[variable.Name] {
				t.Errorf("the module's image knows no %s", variable.Name)
			}
		}
	})
}

func TestParametersExist(t *testing.T) {
	parameters := found(t, `(?m)^    [A-Z_]+\("([A-Za-z]+)",`, ".java", "csi-controller/service/src/main/java/io/dysk/controller/volume")
	eachSetting(t, func(t *testing.T, objects []Object) {
		for _, class := range all[*storagev1.StorageClass](t, objects) {
			if class.Provisioner != "csi-dysk" {
				t.Errorf("class %s is of %s", class.Name, class.Provisioner)
			}
			for name := range class.Parameters {
				if !parameters[name] && !strings.HasPrefix(name, "csi.storage.k8s.io/") {
					t.Errorf("class %s: there is no parameter %s", class.Name, name)
				}
			}
		}
	})
}

func TestClassesNameTheirSecrets(t *testing.T) {
	classes := map[string]*storagev1.StorageClass{}
	for _, class := range all[*storagev1.StorageClass](t, render(t, settings["secrets of teams"])) {
		classes[class.Name] = class
	}
	for _, call := range []string{"provisioner", "controller-publish", "controller-expand", "node-stage"} {
		name := fmt.Sprintf("csi.storage.k8s.io/%s-secret-", call)
		if got := classes["team1"].Parameters[name+"namespace"] + "/" + classes["team1"].Parameters[name+"name"]; got != "team1/disks" {
			t.Errorf("%s is %s", name, got)
		}
		if got, there := classes["own"].Parameters[name+"name"]; there {
			t.Errorf("a class with secret: {} names %s", got)
		}
	}
	if classes["team1"].Annotations["storageclass.kubernetes.io/is-default-class"] != "true" {
		t.Error("default: true doesn't make it the default class")
	}
}

func TestAttachWithoutVolumeAttachments(t *testing.T) {
	objects := render(t, settings["defaults"])
	if *one[*storagev1.CSIDriver](t, objects).Spec.AttachRequired {
		t.Error("CSIDriver asks for VolumeAttachments")
	}
	for _, c := range one[*appsv1.Deployment](t, objects).Spec.Template.Spec.Containers {
		if c.Name == "csi-attacher" {
			t.Error("there is an attacher, which has nothing to do")
		}
	}
	pod := one[*appsv1.Deployment](t, objects).Spec.Template.Spec
	controller := container(t, pod, "csi-controller").Args
	for _, want := range []string{"--serve-claims", "--fence-lost-nodes", "--access-address=:9443", "--accounts-dir=/etc/csi-dysk/accounts"} {
		if !slices.Contains(controller, want) {
			t.Errorf("the controller is started without %s", want)
		}
	}
	set := one[*appsv1.DaemonSet](t, objects).Spec.Template.Spec
	node := container(t, set, "csi-node")
	for _, want := range []string{"--claim-leases", "--access-endpoint=csi-dysk-access.csi-dysk.svc:9443"} {
		if !slices.Contains(node.Args, want) {
			t.Errorf("the node plugin is started without %s", want)
		}
	}
	if !slices.ContainsFunc(node.VolumeMounts, func(m corev1.VolumeMount) bool { return m.MountPath == "/etc/csi-dysk/access" }) {
		t.Error("the node plugin has no certificate")
	}
	if set.DNSPolicy != corev1.DNSClusterFirstWithHostNet {
		t.Errorf("names are resolved by %s, which doesn't know the controller's service", set.DNSPolicy)
	}
	service := false
	for _, each := range all[*corev1.Service](t, objects) {
		service = service || each.Name == "csi-dysk-access"
	}
	if !service {
		t.Error("there is no service for nodes to ask")
	}
	ports := 0
	for _, rule := range one[*networkingv1.NetworkPolicy](t, objects).Spec.Ingress {
		for _, port := range rule.Ports {
			if port.Port.String() == "access" && len(rule.From) == 0 {
				ports++
			}
		}
	}
	if ports != 1 {
		t.Error("the policy keeps nodes from the controller")
	}
	if got := rolesAbout(t, objects, "nodes"); !slices.Contains(got, "csi-dysk-lost-nodes: get") {
		t.Errorf("the controller can't look for lost nodes: %v", got)
	}
	if got := rolesAbout(t, objects, "volumeattachments/status"); len(got) > 0 {
		t.Errorf("there is no attacher, but its rights: %v", got)
	}
}

// Who says nothing else has one account, in the secret that the classes name: leases are taken with it too.
func TestAccountOfTheClassesIsTheControllers(t *testing.T) {
	pod := one[*appsv1.Deployment](t, render(t, settings["defaults"])).Spec.Template.Spec
	if !slices.Contains(container(t, pod, "csi-controller").Args, "--accounts-dir=/etc/csi-dysk/accounts") {
		t.Error("the controller has no account")
	}
	sources := accountSources(pod)
	if len(sources) != 1 || sources[0].Secret == nil || sources[0].Secret.Name != "csi-dysk-account" || sources[0].Secret.Optional == nil || !*sources[0].Secret.Optional {
		t.Errorf("accounts are from %v; the secret may be made later", sources)
	}
	// Twice the same account would be a mistake.
	pod = one[*appsv1.Deployment](t, render(t, settings["own accounts in a secret"])).Spec.Template.Spec
	if sources := accountSources(pod); len(sources) != 1 || sources[0].Secret.Name != "csi-dysk-accounts" {
		t.Errorf("accounts are from %v", sources)
	}
}

func accountSources(pod corev1.PodSpec) []corev1.VolumeProjection {
	for _, volume := range pod.Volumes {
		if volume.Name == "accounts" {
			return volume.Projected.Sources
		}
	}
	return nil
}

// What only one of the two ways of attaching needs isn't there in the other.
func TestAttachWithVolumeAttachments(t *testing.T) {
	for _, setting := range []string{"VolumeAttachments", "VolumeAttachments, workload identity, nodes get a SAS"} {
		t.Run(setting, func(t *testing.T) { leasesAreTakenByTheAttacher(t, render(t, settings[setting])) })
	}
	objects := render(t, settings["VolumeAttachments"])
	if accountSources(one[*appsv1.Deployment](t, objects).Spec.Template.Spec) != nil {
		t.Error("the controller has an account, and is handed the secret with each call")
	}
	if set := one[*appsv1.DaemonSet](t, objects).Spec.Template.Spec; set.DNSPolicy != corev1.DNSDefault || slices.ContainsFunc(set.Volumes, func(v corev1.Volume) bool { return v.Name == "access" }) {
		t.Error("nodes wait for certificates or a resolver that they don't use")
	}
}

func leasesAreTakenByTheAttacher(t *testing.T, objects []Object) {
	t.Helper()
	if !*one[*storagev1.CSIDriver](t, objects).Spec.AttachRequired {
		t.Error("CSIDriver asks for no VolumeAttachments")
	}
	container(t, one[*appsv1.Deployment](t, objects).Spec.Template.Spec, "csi-attacher")
	for _, args := range [][]string{
		container(t, one[*appsv1.Deployment](t, objects).Spec.Template.Spec, "csi-controller").Args,
		container(t, one[*appsv1.DaemonSet](t, objects).Spec.Template.Spec, "csi-node").Args,
	} {
		for _, not := range []string{"--serve-claims", "--fence-lost-nodes", "--claim-leases"} {
			if slices.Contains(args, not) {
				t.Errorf("nodes take leases that Kubernetes takes: %s", not)
			}
		}
	}
	if got := rolesAbout(t, objects, "nodes"); slices.Contains(got, "csi-dysk-lost-nodes: get") {
		t.Errorf("%v", got)
	}
}

// The roles with a rule for a resource, and what they may do with it.
func rolesAbout(t *testing.T, objects []Object, resource string) []string {
	t.Helper()
	var found []string
	for _, role := range all[*rbacv1.ClusterRole](t, objects) {
		for _, rule := range role.Rules {
			if slices.Contains(rule.Resources, resource) {
				found = append(found, role.Name+": "+strings.Join(rule.Verbs, " "))
			}
		}
	}
	return found
}

func TestOtherNamesAndNamespaces(t *testing.T) {
	objects, err := Render(chartFolder(), Release{"blue", "storage"}, parse(t, settings["defaults"]))
	if err != nil {
		t.Fatal(err)
	}
	if got := one[*appsv1.DaemonSet](t, objects); got.Name != "blue-csi-dysk-node" || got.Namespace != "storage" {
		t.Errorf("the node plugin is %s/%s", got.Namespace, got.Name)
	}
	for _, class := range all[*storagev1.StorageClass](t, objects) {
		if namespace := class.Parameters["csi.storage.k8s.io/node-stage-secret-namespace"]; namespace != "storage" {
			t.Errorf("class %s looks for its secret in %s", class.Name, namespace)
		}
	}
}

func TestNotes(t *testing.T) {
	for name, text := range settings {
		notes, err := Notes(chartFolder(), Release{"csi-dysk", "csi-dysk"}, parse(t, text))
		if err != nil || !strings.Contains(notes, "rollout status daemonset/csi-dysk-node") {
			t.Errorf("%s: %v %s", name, err, notes)
		}
	}
}

// Who installs it is told what pods, and later volumes, would wait for.
func TestNotesSayWhatIsMissing(t *testing.T) {
	const certificates, otherAccount = "deploy/access-certificates --namespace csi-dysk --name csi-dysk", "StorageClass team1 has a secret of its own"
	const ofTeam = `storageClasses: [{name: team1, secret: {name: disks, namespace: team1}}, {name: same, secret: {name: csi-dysk-account}}]`
	for _, each := range []struct {
		values    string
		want, not []string
	}{
		{``, []string{certificates}, []string{otherAccount}},
		{ofTeam, []string{certificates, otherAccount}, []string{"StorageClass same has"}},
		{ofTeam + "\ncredentials: {accounts: {secretName: all-accounts}}", []string{certificates}, []string{otherAccount}},
		{ofTeam + "\nattach: {required: true}", nil, []string{certificates, otherAccount}},
	} {
		notes, err := Notes(chartFolder(), Release{"csi-dysk", "csi-dysk"}, parse(t, each.values))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range each.want {
			if !strings.Contains(notes, want) {
				t.Errorf("%s: nothing of %q in\n%s", each.values, want, notes)
			}
		}
		for _, not := range each.not {
			if strings.Contains(notes, not) {
				t.Errorf("%s: %q is in\n%s", each.values, not, notes)
			}
		}
	}
}

func TestWrongValuesAreRefused(t *testing.T) {
	for _, wrong := range []struct{ values, names string }{
		{`attach: {requird: false}`, "requird"},
		{`node: {maxVolumes: many}`, "maxVolumes"},
		{`module: {load: dkms}`, "load"},
		{`controller: {drainTime: 20 seconds}`, "drainTime"},
		{`storage: {container: UPPER}`, "container"},
		{`storageClasses: [{name: a, reclaimPolicy: Recycle}]`, "reclaimPolicy"},
		{`storageClasses: [{parameters: {}}]`, "name"},
		{`storageClasses: [{name: a, parameters: {csi.storage.k8s.io/node-stage-secret-name: b}}]`, "node-stage-secret-name"},
		{`volumeAttributesClasses: [{name: a, parameters: {fsType: xfs}}]`, "fsType"},
		{`images: {nodeDigest: "latest"}`, "nodeDigest"},
		{`{attach: {required: true}, access: {enabled: true}}`, "credentials.accounts"},
		{`credentials: {secret: {namespace: storage}}`, "attach.required=true"},
		{`credentials: {secret: {name: ""}}`, "credentials.accounts"},
		{`{attach: {required: true}, storageCapacity: {enabled: true}}`, "credentials.accounts"},
		{`credentials: {accounts: {files: {a.properties: "accountname=a\naccountkey=Zm9v"}}}`, "anybody may read a ConfigMap"},
		{`sidecars: {snapshotMetadata: {enabled: true}}`, "caBundle"},
	} {
		_, err := Render(chartFolder(), Release{"csi-dysk", "csi-dysk"}, parse(t, wrong.values))
		if err == nil {
			t.Errorf("%s is taken", wrong.values)
		} else if !strings.Contains(err.Error(), wrong.names) {
			t.Errorf("%s: the message doesn't name %s: %v", wrong.values, wrong.names, err)
		}
	}
}

// A pod of ours, whatever makes it.
type podOf struct {
	name     string
	spec     corev1.PodSpec
	labels   map[string]string
	selector labels.Selector
}

func pods(t *testing.T, objects []Object) []podOf {
	t.Helper()
	var found []podOf
	add := func(name string, template corev1.PodTemplateSpec, by *metav1.LabelSelector) {
		selector, err := metav1.LabelSelectorAsSelector(by)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, podOf{name, template.Spec, template.Labels, selector})
	}
	for _, deployment := range all[*appsv1.Deployment](t, objects) {
		add(deployment.Name, deployment.Spec.Template, deployment.Spec.Selector)
	}
	for _, set := range all[*appsv1.DaemonSet](t, objects) {
		add(set.Name, set.Spec.Template, set.Spec.Selector)
	}
	return found
}
