package workload

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"dysk.io/test-e2e/kubernetes/await"
)

const (
	mergePatch = types.MergePatchType
	image      = "csi-dysk.test/witness:1"
	volume     = "data"
	// Where a pod's volume is.
	mountPath  = "/data"
	devicePath = "/dev/data"
	// What a witness writes.
	file = mountPath + "/records"
)

// Pod is a pod that runs a command of busybox or the witness, on any node, with no volume, unless changed.
func Pod(name string, command []string, changes ...func(*corev1.PodSpec)) *corev1.Pod {
	// All of them end at once, a witness after one more write.
	grace := int64(20)
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: corev1.PodSpec{
			TerminationGracePeriodSeconds: &grace,
			RestartPolicy:                 corev1.RestartPolicyNever,
			Containers:                    []corev1.Container{{Name: "main", Image: image, ImagePullPolicy: corev1.PullNever, Command: command}},
		},
	}
	for _, change := range changes {
		change(&pod.Spec)
	}
	return pod
}

// On puts a pod on the node of this name. The scheduler still decides, so that the volume counts too.
func On(node string) func(*corev1.PodSpec) {
	return func(pod *corev1.PodSpec) { pod.NodeSelector = map[string]string{"kubernetes.io/hostname": node} }
}

// With mounts a claim's volume.
func With(claim string) func(*corev1.PodSpec) { return withClaim(claim, false) }

// Reading mounts it read-only.
func Reading(claim string) func(*corev1.PodSpec) { return withClaim(claim, true) }

func withClaim(claim string, readOnly bool) func(*corev1.PodSpec) {
	return func(pod *corev1.PodSpec) {
		addVolume(pod, claim, readOnly)
		pod.Containers[0].VolumeMounts = append(pod.Containers[0].VolumeMounts, corev1.VolumeMount{Name: volume, MountPath: mountPath, ReadOnly: readOnly})
	}
}

// WithDevice gives the pod a claim's volume as a device.
func WithDevice(claim string) func(*corev1.PodSpec) {
	return func(pod *corev1.PodSpec) {
		addVolume(pod, claim, false)
		pod.Containers[0].VolumeDevices = []corev1.VolumeDevice{{Name: volume, DevicePath: devicePath}}
	}
}

func addVolume(pod *corev1.PodSpec, claim string, readOnly bool) {
	pod.Volumes = append(pod.Volumes, corev1.Volume{Name: volume, VolumeSource: corev1.VolumeSource{
		PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: claim, ReadOnly: readOnly},
	}})
}

// Idle is a command that does nothing.
func Idle() []string { return []string{"/bin/pause"} }

// WitnessName is how the witness of a pod is known to the collector.
func (n *Namespace) WitnessName(pod string) string { return n.Name + "/" + pod }

// Witness is the command of a pod that writes to its volume and reports under this name.
func (n *Namespace) Witness(name string) []string {
	return []string{"/bin/witness", "write", file, n.Report, n.WitnessName(name)}
}

// DeviceWitness is the same for a volume that is a device.
func (n *Namespace) DeviceWitness(name string) []string {
	return []string{"/bin/witness", "write", devicePath, n.Report, n.WitnessName(name)}
}

// Reader is the command of a pod that reads what a witness wrote, and prints the last number.
func Reader() []string { return []string{"/bin/witness", "read", file} }

// CreatePod creates a pod.
func (n *Namespace) CreatePod(ctx context.Context, pod *corev1.Pod) error {
	_, err := n.Client.CoreV1().Pods(n.Name).Create(ctx, pod, metav1.CreateOptions{})
	return err
}

// AwaitReady waits until a pod is ready, and gives it.
func (n *Namespace) AwaitReady(ctx context.Context, pod string) (*corev1.Pod, error) {
	var found *corev1.Pod
	err := await.That(ctx, "pod "+pod+" to be ready", func(ctx context.Context) (bool, string) {
		var err error
		if found, err = n.Client.CoreV1().Pods(n.Name).Get(ctx, pod, metav1.GetOptions{}); err != nil {
			return false, err.Error()
		}
		return Ready(found), n.story(ctx, found)
	})
	return found, err
}

// Ready says whether a pod is ready.
func Ready(pod *corev1.Pod) bool {
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodReady {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}

// Output waits until a pod has ended well, and gives what it printed.
func (n *Namespace) Output(ctx context.Context, pod string) (string, error) {
	err := await.That(ctx, "pod "+pod+" to end", func(ctx context.Context) (bool, string) {
		found, err := n.Client.CoreV1().Pods(n.Name).Get(ctx, pod, metav1.GetOptions{})
		if err != nil {
			return false, err.Error()
		}
		return found.Status.Phase == corev1.PodSucceeded || found.Status.Phase == corev1.PodFailed, n.story(ctx, found)
	})
	if err != nil {
		return "", err
	}
	found, err := n.Client.CoreV1().Pods(n.Name).Get(ctx, pod, metav1.GetOptions{})
	if err != nil {
		return "", err
	}
	out, err := n.Log(ctx, pod)
	if err == nil && found.Status.Phase != corev1.PodSucceeded {
		err = fmt.Errorf("pod %s failed: %s", pod, out)
	}
	return out, err
}

// Log is what a pod has printed so far.
func (n *Namespace) Log(ctx context.Context, pod string) (string, error) {
	out, err := n.Client.CoreV1().Pods(n.Name).GetLogs(pod, &corev1.PodLogOptions{}).DoRaw(ctx)
	return strings.TrimSpace(string(out)), err
}

// DeletePod deletes a pod and waits until it is gone.
func (n *Namespace) DeletePod(ctx context.Context, pod string) error {
	if err := n.Client.CoreV1().Pods(n.Name).Delete(ctx, pod, metav1.DeleteOptions{}); err != nil {
		return err
	}
	return n.AwaitPodGone(ctx, pod)
}

// AwaitPodGone waits until there is no pod of this name.
func (n *Namespace) AwaitPodGone(ctx context.Context, pod string) error {
	return await.That(ctx, "pod "+pod+" to be gone", func(ctx context.Context) (bool, string) {
		found, err := n.Client.CoreV1().Pods(n.Name).Get(ctx, pod, metav1.GetOptions{})
		if err != nil {
			return apierrors.IsNotFound(err), err.Error()
		}
		return false, n.story(ctx, found)
	})
}

// story is a pod's state with its last event, which says why if it doesn't go on.
func (n *Namespace) story(ctx context.Context, pod *corev1.Pod) string {
	text := fmt.Sprintf("%s on %q", pod.Status.Phase, pod.Spec.NodeName)
	for _, container := range pod.Status.ContainerStatuses {
		text += fmt.Sprintf(", %+v", container.State)
	}
	events, err := n.Client.CoreV1().Events(n.Name).List(ctx, metav1.ListOptions{FieldSelector: "involvedObject.uid=" + string(pod.UID)})
	if err == nil && len(events.Items) > 0 {
		last := events.Items[len(events.Items)-1]
		text += ", " + last.Reason + ": " + last.Message
	}
	return text
}
