package kubernetes

import (
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// A StatefulSet is what the driver is for: each pod comes back with its own volume and all that it wrote.
func TestStatefulSet(t *testing.T) {
	ctx, n := begin(t)
	start := time.Now()
	must(t, n.CreateStatefulSet(ctx, "db", 3))
	must(t, n.AwaitStatefulSet(ctx, "db"))
	since(t, "three pods to Ready", start)
	for i := range 3 {
		_, err := witnesses.AwaitMore(ctx, n.WitnessName(fmt.Sprintf("db-%d", i)), 50)
		must(t, err)
	}

	volumes := map[string]string{}
	claims, err := n.Client.CoreV1().PersistentVolumeClaims(n.Name).List(ctx, metav1.ListOptions{})
	must(t, err)
	for _, claim := range claims.Items {
		volumes[claim.Name] = claim.Spec.VolumeName
	}
	if len(volumes) != 3 {
		t.Fatalf("three pods have the volumes %v", volumes)
	}

	// The collector counts it as a fault when a witness doesn't find what it was told to be on the disk.
	start = time.Now()
	must(t, n.Client.CoreV1().Pods(n.Name).DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: "app=db"}))
	for i := range 3 {
		expectStart(ctx, t, n, fmt.Sprintf("db-%d", i), 2)
	}
	must(t, n.AwaitStatefulSet(ctx, "db"))
	since(t, "deleted pods to Ready again", start)

	must(t, n.Scale(ctx, "db", 1))
	must(t, n.Scale(ctx, "db", 3))
	for i := 1; i < 3; i++ {
		expectStart(ctx, t, n, fmt.Sprintf("db-%d", i), 3)
	}
	claims, err = n.Client.CoreV1().PersistentVolumeClaims(n.Name).List(ctx, metav1.ListOptions{})
	must(t, err)
	for _, claim := range claims.Items {
		if volumes[claim.Name] != claim.Spec.VolumeName {
			t.Errorf("%s had volume %s, has %s", claim.Name, volumes[claim.Name], claim.Spec.VolumeName)
		}
	}
}
