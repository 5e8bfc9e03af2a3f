package kubernetes

import (
	"bufio"
	"cmp"
	"context"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dysk.io/test-e2e/kubernetes/await"
	"dysk.io/test-e2e/kubernetes/cluster"
	"dysk.io/test-e2e/kubernetes/driver"
	"dysk.io/test-e2e/kubernetes/figures"
	"dysk.io/test-e2e/kubernetes/network"
	"dysk.io/test-e2e/kubernetes/workload"
)

var (
	figuresFile = flag.String("figures", "", "file for figures")
	all         figures.Figures
)

// How often each thing is measured.
const times = 10

// What a volume costs the one who waits for a pod, and where the time goes.
func TestFigures(t *testing.T) {
	ctx, n := begin(t)
	here, there := cluster.NodeName(1), cluster.NodeName(2)
	for i := range times {
		pod := fmt.Sprintf("p%d", i)
		line, err := n.CreateAndWatch(ctx, workload.Pod(pod, workload.Idle(), workload.On(here)))
		must(t, err)
		all.Add("pod without a volume: to Ready", line.Ready.Sub(line.Begun))
		must(t, n.DeletePod(ctx, pod))

		claim := fmt.Sprintf("c%d", i)
		start := time.Now()
		must(t, n.CreateClaim(ctx, workload.Claim(claim)))
		_, err = n.AwaitBound(ctx, claim)
		must(t, err)
		all.Add("claim: create to Bound", time.Since(start))

		// A new volume has a file system made.
		must(t, follow(ctx, n, "pod with a new volume", workload.Pod(pod, workload.Idle(), workload.With(claim), workload.On(here)), 1))
		must(t, n.DeletePod(ctx, pod))
		must(t, awaitGivenBack(ctx, n))
		must(t, follow(ctx, n, "pod with its volume again", workload.Pod(pod, workload.Idle(), workload.With(claim), workload.On(here)), 1))

		moved := workload.Pod(pod+"-moved", workload.Idle(), workload.With(claim), workload.On(there))
		must(t, measure(ctx, "move", []int{1, 2}, func() (workload.Timeline, error) {
			return n.Watch(ctx, moved.Name, there, func() error {
				if err := n.Client.CoreV1().Pods(n.Name).Delete(ctx, pod, metav1.DeleteOptions{}); err != nil {
					return err
				}
				return n.CreatePod(ctx, moved)
			})
		}))
		must(t, n.DeletePod(ctx, pod+"-moved"))
		must(t, awaitGivenBack(ctx, n))
	}
	cost := all.Median("pod with its volume again: to Ready") - all.Median("pod without a volume: to Ready")
	all.Add("what a volume costs: difference of the medians", cost)
	t.Logf("what a volume costs a pod: %.2f s", cost.Seconds())
	tell(t)
}

func tell(t *testing.T) {
	t.Helper()
	t.Logf("\n%s", all.String())
	if *figuresFile != "" {
		must(t, all.Write(*figuresFile))
	}
}

// What the loss of a node costs a pod of it, from there on where a person has said that the node is lost; before that, Kubernetes has to notice.
// The node stands still, which is all that the others see of a lost one, and goes on later, so that there can be ten losses.
func TestFiguresOfNodeLoss(t *testing.T) {
	ctx, n, number := writingStatefulSet(t)
	for i := range times {
		other := 3 - number
		must(t, awaitControllerOn(ctx, other))
		well := t.Run(fmt.Sprintf("loss %d", i+1), func(t *testing.T) {
			lost := theCluster.Node(number)
			start, given := time.Now(), time.Time{}
			must(t, lost.Freeze())
			t.Cleanup(func() {
				lost.Resume()
				bringBack(t, number)
			})
			must(t, measure(ctx, "node loss", []int{other}, func() (workload.Timeline, error) {
				line, err := n.Watch(ctx, "db-0", cluster.NodeName(other), func() error {
					giveUp(ctx, t, number)
					given = time.Now()
					return nil
				})
				line.Begun = given
				return line, err
			}))
			all.Add("node loss: until Kubernetes has noticed", given.Sub(start))
			expectStart(ctx, t, n, "db-0", i+2)
			must(t, lost.Resume())
			removeTaints(ctx, t, number)
			awaitCleanedUp(ctx, t, number)
			expectNoFault(t, n, "db-0")
		})
		if !well {
			break
		}
		number = other
	}
	tell(t)
}

// awaitControllerOn waits until a controller is ready on a node. Where a node was lost, both are on the other one afterwards, and stay there.
func awaitControllerOn(ctx context.Context, number int) error {
	for range 3 {
		pods, err := theDriver.Pods(ctx, "controller")
		if err != nil {
			return err
		}
		for _, pod := range pods {
			if pod.Spec.NodeName == cluster.NodeName(number) && pod.DeletionTimestamp == nil {
				return theDriver.AwaitReady(ctx)
			}
		}
		if len(pods) > 0 {
			// Its successor comes to the node that has none.
			if err := theCluster.Client.CoreV1().Pods(driver.Namespace).Delete(ctx, pods[0].Name, metav1.DeleteOptions{}); err != nil {
				return err
			}
		}
		if err := theDriver.AwaitReady(ctx); err != nil {
			return err
		}
	}
	return fmt.Errorf("no controller comes to %s", cluster.NodeName(number))
}

// awaitGivenBack waits until no node has a volume any more.
func awaitGivenBack(ctx context.Context, n *workload.Namespace) error {
	if *attachRequired {
		return n.AwaitNothingAttached(ctx)
	}
	return awaitUnleased(ctx, "")
}

// awaitUnleased waits until nobody has the lease of a blob, or of any if it has no name.
func awaitUnleased(ctx context.Context, name string) error {
	return await.That(ctx, "no lease of "+cmp.Or(name, "any volume"), func(ctx context.Context) (bool, string) {
		blobs, err := theCluster.Storage.Blobs(ctx, driver.Container)
		if err != nil {
			return false, err.Error()
		}
		for _, blob := range blobs {
			if blob.LeaseState == "leased" && (name == "" || blob.Name == name) {
				return false, blob.Name
			}
		}
		return true, ""
	})
}

// follow creates a pod with a volume and adds the time of each step.
func follow(ctx context.Context, n *workload.Namespace, what string, pod *corev1.Pod, node int) error {
	return measure(ctx, what, []int{node}, func() (workload.Timeline, error) { return n.CreateAndWatch(ctx, pod) })
}

// measure adds the time of each step of what makes a pod ready, and of what the node plugins of these nodes do meanwhile.
func measure(ctx context.Context, what string, nodes []int, do func() (workload.Timeline, error)) error {
	before, err := callTimes(ctx, nodes)
	if err != nil {
		return err
	}
	line, err := do()
	if err != nil {
		return err
	}
	after, err := callTimes(ctx, nodes)
	if err != nil {
		return err
	}
	all.Add(what+": to Ready", line.Ready.Sub(line.Begun))
	all.Add(what+": to scheduled", line.Scheduled.Sub(line.Begun))
	if *attachRequired {
		all.Add(what+": scheduled to VolumeAttachment", line.AttachBegun.Sub(line.Scheduled))
		all.Add(what+": VolumeAttachment to attached", line.Attached.Sub(line.AttachBegun))
		all.Add(what+": attached to Ready", line.Ready.Sub(line.Attached))
	} else {
		all.Add(what+": scheduled to Ready", line.Ready.Sub(line.Scheduled))
	}
	for _, call := range slices.Sorted(maps.Keys(after)) {
		if took := after[call] - before[call]; took > 0 {
			all.Add(what+": of that, "+call, took)
		}
	}
	return nil
}

// What a node plugin says of its calls, and of their steps.
var callTime = regexp.MustCompile(`^dysk_csi_(?:call|step)_duration_seconds_sum\{(?:call|method)="(Node(?:Stage|Publish|Unpublish|Unstage)Volume)",(?:code="[^"]*"|step="([^"]*)")\} (.*)$`)

// callTimes is how long the calls of node plugins took so far, by method and by step, all together.
func callTimes(ctx context.Context, nodes []int) (map[string]time.Duration, error) {
	sums := map[string]time.Duration{}
	for _, node := range nodes {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+network.NodeAt(node).Address+":9811/metrics", nil)
		if err != nil {
			return nil, err
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			return nil, err
		}
		defer answer.Body.Close()
		lines := bufio.NewScanner(answer.Body)
		for lines.Scan() {
			found := callTime.FindStringSubmatch(lines.Text())
			if found == nil {
				continue
			}
			seconds, err := strconv.ParseFloat(found[3], 64)
			if err != nil {
				return nil, err
			}
			call := found[1]
			if found[2] != "" {
				call += " to " + found[2]
			}
			sums[call] += time.Duration(seconds * float64(time.Second))
		}
		if err := lines.Err(); err != nil {
			return nil, err
		}
	}
	return sums, nil
}
