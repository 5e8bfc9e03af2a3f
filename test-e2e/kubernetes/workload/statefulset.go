package workload

import (
	"context"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dysk.io/test-e2e/kubernetes/await"
)

// CreateStatefulSet makes a StatefulSet whose pods each have a claim of their own and a witness that writes to it. Pods are NAME-0, NAME-1 ...;
// so are the witnesses, and the claims data-NAME-0 ...
func (n *Namespace) CreateStatefulSet(ctx context.Context, name string, replicas int32) error {
	labels := map[string]string{"app": name}
	// The shell fills in the pod's name.
	command := []string{"/bin/sh", "-c", fmt.Sprintf("exec /bin/witness write %s %s %s/$HOSTNAME", file, n.Report, n.Name)}
	pod := Pod(name, command)
	pod.Spec.RestartPolicy = corev1.RestartPolicyAlways
	pod.Spec.Containers[0].VolumeMounts = []corev1.VolumeMount{{Name: volume, MountPath: mountPath}}
	claim := Claim(volume)
	_, err := n.Client.AppsV1().StatefulSets(n.Name).Create(ctx, &appsv1.StatefulSet{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: appsv1.StatefulSetSpec{
			Replicas:             &replicas,
			ServiceName:          name,
			Selector:             &metav1.LabelSelector{MatchLabels: labels},
			Template:             corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: pod.Spec},
			VolumeClaimTemplates: []corev1.PersistentVolumeClaim{*claim},
		},
	}, metav1.CreateOptions{})
	return err
}

// Scale changes how many pods a StatefulSet has and waits until it has them.
func (n *Namespace) Scale(ctx context.Context, name string, replicas int32) error {
	patch := fmt.Sprintf(`{"spec": {"replicas": %d}}`, replicas)
	if _, err := n.Client.AppsV1().StatefulSets(n.Name).Patch(ctx, name, mergePatch, []byte(patch), metav1.PatchOptions{}); err != nil {
		return err
	}
	return n.AwaitStatefulSet(ctx, name)
}

// AwaitStatefulSet waits until all pods of a StatefulSet are ready, and no more than those are there.
func (n *Namespace) AwaitStatefulSet(ctx context.Context, name string) error {
	return await.Within(ctx, 2*await.Limit, "StatefulSet "+name, func(ctx context.Context) (bool, string) {
		set, err := n.Client.AppsV1().StatefulSets(n.Name).Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return false, err.Error()
		}
		wanted, status := *set.Spec.Replicas, set.Status
		if status.ObservedGeneration == set.Generation && status.Replicas == wanted && status.ReadyReplicas == wanted {
			return true, ""
		}
		saw := fmt.Sprintf("%d of %d ready", status.ReadyReplicas, wanted)
		if pod, err := n.Client.CoreV1().Pods(n.Name).Get(ctx, fmt.Sprintf("%s-%d", name, status.ReadyReplicas), metav1.GetOptions{}); err == nil {
			saw += "; " + pod.Name + ": " + n.story(ctx, pod)
		}
		return false, saw
	})
}
