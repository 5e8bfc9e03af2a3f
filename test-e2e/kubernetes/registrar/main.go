// Command registrar tells kubelet that a CSI driver is on its node.
//
// It takes the place of the official node-driver-registrar, which can't be depended on as a Go module. Options, sockets and messages are the
// same: kubelet finds a socket in its plugins_registry and asks it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	registration "k8s.io/kubelet/pkg/apis/pluginregistration/v1"
)

var (
	csiAddress   = flag.String("csi-address", "/run/csi/socket", "the driver's socket here")
	kubeletPath  = flag.String("kubelet-registration-path", "", "the driver's socket on the node")
	registry     = flag.String("plugin-registration-path", "/registration", "kubelet's plugins_registry here")
	httpEndpoint = flag.String("http-endpoint", "", "where to answer /healthz")
	mode         = flag.String("mode", "registration", "registration, or kubelet-registration-probe: succeed if registered")
	timeout      = flag.Duration("timeout", 30*time.Second, "for the driver to say its name")
	_            = flag.Int("v", 0, "verbosity; not used")
)

// server answers kubelet.
type server struct {
	registration.UnimplementedRegistrationServer
	info   *registration.PluginInfo
	failed chan error
}

func (s *server) GetInfo(context.Context, *registration.InfoRequest) (*registration.PluginInfo, error) {
	return s.info, nil
}

func (s *server) NotifyRegistrationStatus(_ context.Context, status *registration.RegistrationStatus) (*registration.RegistrationStatusResponse, error) {
	if status.PluginRegistered {
		log.Printf("kubelet has registered the driver")
		return &registration.RegistrationStatusResponse{}, os.WriteFile(registered(), nil, 0o600)
	}
	os.Remove(registered())
	s.failed <- errors.New("kubelet refused the driver: " + status.Error)
	return &registration.RegistrationStatusResponse{}, nil
}

// registered is the file that is there while kubelet has the driver registered.
func registered() string { return filepath.Join(filepath.Dir(*csiAddress), "registration") }

func main() {
	log.SetFlags(0)
	flag.Parse()
	if *mode == "kubelet-registration-probe" {
		if _, err := os.Stat(registered()); err != nil {
			log.Fatal("kubelet has not registered the driver")
		}
		return
	}
	if *kubeletPath == "" {
		log.Fatal("--kubelet-registration-path is missing")
	}
	os.Remove(registered())
	name, err := driverName()
	if err != nil {
		log.Fatal(err)
	}
	if err := serve(name); err != nil {
		log.Fatal(err)
	}
}

// driverName asks the driver, which may still be starting.
func driverName() (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), *timeout)
	defer cancel()
	conn, err := grpc.NewClient("unix:"+*csiAddress, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return "", err
	}
	defer conn.Close()
	info, err := csi.NewIdentityClient(conn).GetPluginInfo(ctx, &csi.GetPluginInfoRequest{}, grpc.WaitForReady(true))
	if err != nil {
		return "", fmt.Errorf("the driver does not say its name: %w", err)
	}
	if info.VendorVersion == "" {
		return "", errors.New("the driver has no version")
	}
	return info.Name, nil
}

func serve(name string) error {
	socket := filepath.Join(*registry, name+"-reg.sock")
	if err := os.Remove(socket); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	if *httpEndpoint != "" {
		http.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) {
			if _, err := os.Stat(socket); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		})
		go func() { failed <- http.ListenAndServe(*httpEndpoint, nil) }()
	}
	rpc := grpc.NewServer()
	registration.RegisterRegistrationServer(rpc, &server{
		info:   &registration.PluginInfo{Type: registration.CSIPlugin, Name: name, Endpoint: *kubeletPath, SupportedVersions: []string{"1.0.0"}},
		failed: failed,
	})
	go func() { failed <- rpc.Serve(listener) }()
	log.Printf("waiting for kubelet on %s", socket)
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM, syscall.SIGINT)
	select {
	case err := <-failed:
		return err
	case <-end:
		rpc.Stop() // and removes the socket: kubelet forgets the driver
		return nil
	}
}
