// Package kubernetes has the scenarios: what users of a cluster do with volumes, and what happens to them.
package kubernetes

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/dynamic"

	"dysk.io/test-e2e/kubernetes/cluster"
	"dysk.io/test-e2e/kubernetes/collector"
	"dysk.io/test-e2e/kubernetes/driver"
	"dysk.io/test-e2e/kubernetes/network"
	"dysk.io/test-e2e/kubernetes/workload"
)

const nodes = 2

var (
	parts     cluster.Parts
	tree      = flag.String("tree", "", "the project's root")
	manifests = flag.String("manifests", "", "deploy/manifests")
	// What the manifests say.
	attachRequired = flag.Bool("attach-required", false, "volumes are attached by Kubernetes, not by nodes")

	keep = flag.Bool("keep", false, "after the tests, go on until the process is ended")

	// What all tests share.
	theCluster *cluster.Cluster
	theDriver  *driver.Driver
	witnesses  *collector.Collector
	client     dynamic.Interface
)

func TestMain(m *testing.M) {
	flag.StringVar(&parts.Programs, "programs", "", "directory that build printed")
	flag.StringVar(&parts.GuestImage, "guest-image", "", "directory of the nodes' kernel and root file system")
	flag.StringVar(&parts.NodeDisk, "node-disk", "", "file that build-node-disk printed")
	flag.StringVar(&parts.BlobServer, "blob-server", "", "program")
	flag.StringVar(&parts.Work, "work", "", "directory for logs")
	flag.Parse()
	status, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "kubernetes:", err)
		status = 1
	}
	os.Exit(status)
}

func run(m *testing.M) (int, error) {
	ctx := context.Background()
	since := time.Now()
	progress := func(what string) { fmt.Printf("== %s (%.0f s since the start)\n", what, time.Since(since).Seconds()) }
	var err error
	if theCluster, err = cluster.Start(ctx, parts, nodes); err != nil {
		return 0, err
	}
	defer theCluster.Stop()
	progress(fmt.Sprintf("%d nodes are ready", nodes))
	defer func() {
		if *keep {
			fmt.Println("== the cluster goes on; test-e2e/kubernetes/enter looks into it, Ctrl-C ends it")
			select {}
		}
	}()
	config, err := theCluster.ControlPlane.Config()
	if err != nil {
		return 0, err
	}
	if client, err = dynamic.NewForConfig(config); err != nil {
		return 0, err
	}
	if witnesses, err = collector.Listen(network.Host); err != nil {
		return 0, err
	}
	defer witnesses.Close()
	if theDriver, err = driver.Install(ctx, theCluster, parts.Programs, *tree, *manifests, *attachRequired); err != nil {
		progress("the driver can't be installed: " + err.Error())
		diagnose("install")
		return 0, err
	}
	progress("the driver runs")
	return m.Run(), nil
}

// begin gives a test its namespace, which ends with the test, and with it all its volumes: whatever a test did, blobs must be gone then.
func begin(t *testing.T) (context.Context, *workload.Namespace) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	n := &workload.Namespace{
		Name:   strings.ToLower(strings.NewReplacer("/", "-", "_", "-").Replace(t.Name())),
		Client: theCluster.Client, Dynamic: client, Report: witnesses.URL,
	}
	must(t, n.Create(ctx))
	t.Cleanup(func() {
		defer cancel()
		if t.Failed() {
			diagnose(n.Name)
		}
		if err := n.Delete(ctx); err != nil {
			t.Error(err)
		}
	})
	return ctx, n
}

// must ends a test that can't go on.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// since says how long something took, with the test's name, for figures and for who looks on.
func since(t *testing.T, what string, start time.Time) {
	t.Logf("%s: %.1f s", what, time.Since(start).Seconds())
}

// diagnose leaves what helps to understand a failure: all objects and events, and the logs of the driver's containers.
func diagnose(name string) {
	directory := filepath.Join(parts.Work, "failed-"+name)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := theCluster.Dump(ctx, directory, driver.Namespace); err != nil {
		fmt.Fprintln(os.Stderr, "no diagnosis:", err)
		return
	}
	fmt.Fprintln(os.Stderr, "diagnosis:", directory)
}
