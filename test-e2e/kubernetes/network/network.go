// Package network is the network of the cluster: a bridge in the network namespace that the test runs in, with a tap for each node.
//
// The API server's service address is an address of the bridge's side, and the nodes' default route leads there, so that pods reach the API
// server as in any cluster, without a kube-proxy. Pods have addresses of their own; the routes to them are here, nothing is translated.
package network

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
)

const (
	// Host is the bridge's address: the API server, and what tests serve to pods.
	Host = "10.77.0.1"
	// Services is the range of service addresses; nothing but the API server's is reachable.
	Services = "10.96.0.0/16"
	// APIServer is the service address of the API server.
	APIServer = "10.96.0.1"
	bridge    = "cluster"
)

// Node is a node's place in the network.
type Node struct {
	Tap     string
	MAC     string
	Address string
	Pods    string // range of its pods' addresses
}

// NodeAt is the place of the node with this number, from 1.
func NodeAt(number int) Node {
	return Node{
		Tap:     fmt.Sprintf("node%d", number),
		MAC:     fmt.Sprintf("52:54:00:77:00:%02x", number),
		Address: fmt.Sprintf("10.77.0.%d", 10+number),
		Pods:    fmt.Sprintf("10.78.%d.0/24", number),
	}
}

// Create makes the network in this process's network namespace, which must be a fresh one.
func Create(nodes int) error {
	commands := []string{
		"ip link set lo up",
		"ip address add " + APIServer + "/32 dev lo",
		"ip link add " + bridge + " type bridge",
		"ip address add " + Host + "/24 dev " + bridge,
		"ip link set " + bridge + " up",
	}
	for number := 1; number <= nodes; number++ {
		node := NodeAt(number)
		commands = append(commands,
			"ip tuntap add "+node.Tap+" mode tap",
			"ip link set "+node.Tap+" master "+bridge+" up",
			"ip route add "+node.Pods+" via "+node.Address)
	}
	for _, command := range commands {
		words := strings.Fields(command)
		if out, err := exec.Command(words[0], words[1:]...).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", command, err, out)
		}
	}
	return os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0o644)
}
