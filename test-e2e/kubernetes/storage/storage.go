// Package storage is the storage account of the test: ../blob-server, and what a test asks it past the driver.
package storage

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"sort"
	"strings"
	"time"

	"dysk.io/test-e2e/kubernetes/process"
)

const (
	// Account and Key are the emulator's, as everybody knows them.
	Account = "devstoreaccount1"
	Key     = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="

	version = "2021-12-02"
	port    = "10000"
)

// Storage is a running endpoint.
type Storage struct {
	// Endpoint is the account's URL.
	Endpoint string
	host     string
	server   *process.Process
}

// Start runs the endpoint's program on this address and waits until it answers.
func Start(ctx context.Context, program, host, logs string) (*Storage, error) {
	server, err := process.Start(logs, "blob-server", program, "--host", host, "--port", port)
	if err != nil {
		return nil, err
	}
	s := &Storage{Endpoint: "http://" + host + ":" + port + "/" + Account, host: host + ":" + port, server: server}
	for {
		if said, _ := os.ReadFile(server.Log()); strings.HasPrefix(string(said), "ready") {
			return s, nil
		}
		select {
		case <-server.Ended():
			return nil, fmt.Errorf("the blob server ended; see %s", server.Log())
		case <-ctx.Done():
			s.Stop()
			return nil, fmt.Errorf("the blob server did not start: %w", ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Stop ends it, and with it all blobs.
func (s *Storage) Stop() { s.server.Stop(5 * time.Second) }

// Blob is a blob as a list shows it.
type Blob struct {
	Name       string `xml:"Name"`
	Snapshot   string `xml:"Snapshot"`
	Bytes      int64  `xml:"Properties>Content-Length"`
	LeaseState string `xml:"Properties>LeaseState"`
}

// Blobs lists a container's blobs with their snapshots. A container that isn't there has none.
func (s *Storage) Blobs(ctx context.Context, container string) ([]Blob, error) {
	var list struct {
		Blobs []Blob `xml:"Blobs>Blob"`
	}
	query := url.Values{"restype": {"container"}, "comp": {"list"}, "include": {"snapshots,metadata"}}
	status, body, err := s.get(ctx, container, query)
	switch {
	case err != nil:
		return nil, err
	case status == http.StatusNotFound:
		return nil, nil
	case status != http.StatusOK:
		return nil, fmt.Errorf("list of %s: %d: %s", container, status, body)
	}
	if err := xml.Unmarshal(body, &list); err != nil {
		return nil, fmt.Errorf("list of %s: %w", container, err)
	}
	return list.Blobs, nil
}

// get sends a request signed with the account's key.
// Source: https://learn.microsoft.com/en-us/rest/api/storageservices/authorize-with-shared-key
func (s *Storage) get(ctx context.Context, path string, query url.Values) (int, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.Endpoint+"/"+path+"?"+query.Encode(), nil)
	if err != nil {
		return 0, nil, err
	}
	date := time.Now().UTC().Format(http.TimeFormat)
	resource := "/" + Account + "/" + Account + "/" + path
	names := make([]string, 0, len(query))
	for name := range query {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		resource += "\n" + name + ":" + query.Get(name)
	}
	// The verb, eleven headers that aren't there, the headers of the service, the resource.
	text := "GET" + strings.Repeat("\n", 12) + "x-ms-date:" + date + "\nx-ms-version:" + version + "\n" + resource
	key, _ := base64.StdEncoding.DecodeString(Key)
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	request.Header.Set("x-ms-date", date)
	request.Header.Set("x-ms-version", version)
	request.Header.Set("Authorization", "SharedKey "+Account+":"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return answer.StatusCode, body, err
}

// Fail makes requests go wrong from now on; the rule is as ../blob-server/README.md says.
func (s *Storage) Fail(ctx context.Context, rule string) error {
	return s.control(ctx, http.MethodPut, "fault?"+rule)
}

// Heal lets no more requests go wrong.
func (s *Storage) Heal(ctx context.Context) error { return s.control(ctx, http.MethodDelete, "fault") }

func (s *Storage) control(ctx context.Context, method, path string) error {
	request, err := http.NewRequestWithContext(ctx, method, "http://"+s.host+"/_control/"+path, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode/100 != 2 {
		said, _ := io.ReadAll(answer.Body)
		return fmt.Errorf("blob server: %s: %s", path, said)
	}
	return nil
}
