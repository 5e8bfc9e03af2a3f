// Command livenessprobe answers kubelet's HTTP probe with what the CSI driver beside it says to Probe.
//
// It takes the place of the official livenessprobe, which can't be depended on as a Go module. Options and answers are
// the same.
package main

import (
	"context"
	"flag"
	"log"
	"net/http"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

func main() {
	address := flag.String("csi-address", "/run/csi/socket", "the driver's socket")
	port := flag.String("health-port", "9808", "port of all addresses to answer /healthz on")
	endpoint := flag.String("http-endpoint", "", "address and port instead of --health-port")
	timeout := flag.Duration("probe-timeout", time.Second, "for an answer of the driver")
	flag.Int("v", 0, "verbosity; not used")
	log.SetFlags(0)
	flag.Parse()
	if *endpoint == "" {
		*endpoint = ":" + *port
	}
	conn, err := grpc.NewClient("unix:"+*address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		log.Fatal(err)
	}
	driver := csi.NewIdentityClient(conn)
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), *timeout)
		defer cancel()
		answer, err := driver.Probe(ctx, &csi.ProbeRequest{})
		switch {
		case err != nil:
			http.Error(w, err.Error(), http.StatusInternalServerError)
		case answer.Ready != nil && !answer.Ready.Value:
			http.Error(w, "the driver is not ready", http.StatusInternalServerError)
		default:
			w.Write([]byte("ok"))
		}
	})
	log.Fatal(http.ListenAndServe(*endpoint, nil))
}
