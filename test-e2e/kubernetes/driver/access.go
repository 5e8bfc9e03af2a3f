package driver

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"os"
	"sync/atomic"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dysk.io/test-e2e/kubernetes/network"
	"dysk.io/test-e2e/kubernetes/pki"
	"dysk.io/test-e2e/kubernetes/storage"
)

const (
	accessHost = "csi-dysk-access." + Namespace + ".svc"
	accessPort = "9443"
)

// prepareAccess makes what attach.required=false needs, as deploy/docs/attach.md says: an account of the controller's own, and certificates for
// the service that nodes ask. The service itself is answered here, for want of a kube-proxy.
func (d *Driver) prepareAccess(ctx context.Context) error {
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: Namespace}}
	if _, err := d.cluster.Client.CoreV1().Namespaces().Create(ctx, namespace, metav1.CreateOptions{}); err != nil {
		return err
	}
	account := "accountname=" + storage.Account + "\naccountkey=" + storage.Key + "\nendpoint=" + d.cluster.Storage.Endpoint + "\n"
	if err := d.createSecret(ctx, "csi-dysk-accounts", corev1.SecretTypeOpaque, map[string][]byte{"own.properties": []byte(account)}); err != nil {
		return err
	}
	authority := d.cluster.ControlPlane.Authority
	server, err := authority.Server("csi-dysk-access", accessHost)
	if err != nil {
		return err
	}
	client, err := authority.Client("csi-dysk-node", "csi-dysk-node")
	if err != nil {
		return err
	}
	for name, pair := range map[string]pki.Pair{"csi-dysk-access-controller": server, "csi-dysk-access-node": client} {
		files, err := tlsFiles(pair, authority)
		if err != nil {
			return err
		}
		if err := d.createSecret(ctx, name, corev1.SecretTypeTLS, files); err != nil {
			return err
		}
	}
	return d.serveAccess()
}

func (d *Driver) createSecret(ctx context.Context, name string, kind corev1.SecretType, data map[string][]byte) error {
	object := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: name}, Type: kind, Data: data}
	_, err := d.cluster.Client.CoreV1().Secrets(Namespace).Create(ctx, object, metav1.CreateOptions{})
	return err
}

// tlsFiles are a pair's, with the key in PKCS 8.
func tlsFiles(pair pki.Pair, authority *pki.Authority) (map[string][]byte, error) {
	block, _ := pem.Decode(pair.Key)
	key, err := x509.ParseECPrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	own, err := os.ReadFile(authority.File())
	if err != nil {
		return nil, err
	}
	return map[string][]byte{
		"tls.crt": pair.Certificate,
		"tls.key": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded}),
		"ca.crt":  own,
	}, nil
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
