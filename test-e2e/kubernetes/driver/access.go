package driver

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"sync/atomic"

	corev1 "k8s.io/api/core/v1"

	"dysk.io/test-e2e/kubernetes/network"
)

const (
	accessPort = "9443"
)

// prepareAccess makes what nodes need that take leases, as deploy/docs/install.md says: certificates for the service that they ask. The service
// itself is answered here, for want of a kube-proxy.
func (d *Driver) prepareAccess(ctx context.Context, script string) error {
	command := exec.CommandContext(ctx, script, "--", "--kubeconfig="+d.cluster.ControlPlane.Admin)
	command.Env = append(os.Environ(), "PATH="+d.programs+":"+os.Getenv("PATH"))
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", script, err, out)
	}
	return d.serveAccess()
}

// serveAccess takes connections of nodes and brings each to a controller that is ready, one after the other, as kube-proxy would.
func (d *Driver) serveAccess() error {
	listener, err := net.Listen("tcp", net.JoinHostPort(network.Host, accessPort))
	if err != nil {
		return err
	}
	var turn atomic.Uint32
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go d.bring(connection, int(turn.Add(1)))
		}
	}()
	return nil
}

func (d *Driver) bring(from net.Conn, turn int) {
	defer from.Close()
	address, err := d.readyController(turn)
	if err != nil {
		fmt.Fprintln(os.Stderr, "access service:", err)
		return
	}
	to, err := net.Dial("tcp", net.JoinHostPort(address, accessPort))
	if err != nil {
		fmt.Fprintln(os.Stderr, "access service:", err)
		return
	}
	defer to.Close()
	ended := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{from, to}, {to, from}} {
		go func() {
			io.Copy(way[1], way[0])
			ended <- struct{}{}
		}()
	}
	<-ended
}

func (d *Driver) readyController(turn int) (string, error) {
	pods, err := d.Pods(context.Background(), "controller")
	if err != nil {
		return "", err
	}
	var ready []string
	for _, pod := range pods {
		for _, condition := range pod.Status.Conditions {
			if condition.Type == corev1.PodReady && condition.Status == corev1.ConditionTrue && pod.DeletionTimestamp == nil {
				ready = append(ready, pod.Status.PodIP)
			}
		}
	}
	if len(ready) == 0 {
		return "", fmt.Errorf("no controller is ready")
	}
	return ready[turn%len(ready)], nil
}
