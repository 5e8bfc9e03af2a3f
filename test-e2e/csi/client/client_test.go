package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// A plugin that answers with what it was asked.
type echo struct {
	csi.UnimplementedIdentityServer
	csi.UnimplementedControllerServer
	csi.UnimplementedSnapshotMetadataServer
	unready int
}

func (e *echo) Probe(context.Context, *csi.ProbeRequest) (*csi.ProbeResponse, error) {
	if e.unready > 0 {
		e.unready--
		return nil, status.Error(codes.FailedPrecondition, "not yet")
	}
	return &csi.ProbeResponse{}, nil
}

func (e *echo) CreateVolume(_ context.Context, request *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
	return &csi.CreateVolumeResponse{Volume: &csi.Volume{VolumeId: "id of " + request.Name, CapacityBytes: request.CapacityRange.GetRequiredBytes(),
		VolumeContext: request.Secrets}}, nil
}

func (e *echo) DeleteVolume(_ context.Context, request *csi.DeleteVolumeRequest) (*csi.DeleteVolumeResponse, error) {
	return nil, status.Error(codes.FailedPrecondition, request.VolumeId+" is in use")
}

func (e *echo) GetMetadataAllocated(request *csi.GetMetadataAllocatedRequest, stream csi.SnapshotMetadata_GetMetadataAllocatedServer) error {
	for i := range int64(3) {
		if err := stream.Send(&csi.GetMetadataAllocatedResponse{BlockMetadata: []*csi.BlockMetadata{{ByteOffset: i, SizeBytes: 1}}}); err != nil {
			return err
		}
	}
	return nil
}

func serve(t *testing.T, plugin *echo) string {
	socket := filepath.Join(t.TempDir(), "csi.sock")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	csi.RegisterIdentityServer(server, plugin)
	csi.RegisterControllerServer(server, plugin)
	csi.RegisterSnapshotMetadataServer(server, plugin)
	go server.Serve(listener)
	t.Cleanup(server.Stop)
	return "unix://" + socket
}

func client(t *testing.T, plugin *echo, input string, arguments ...string) (status int, lines []outcome, problems string) {
	var out, errors bytes.Buffer
	status = run(append([]string{"--endpoint", serve(t, plugin)}, arguments...), strings.NewReader(input), &out, &errors)
	for line := range strings.Lines(out.String()) {
		var each outcome
		if err := json.Unmarshal([]byte(line), &each); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		lines = append(lines, each)
	}
	return status, lines, errors.String()
}

func TestMistakesAreToldApartFromWhatThePluginRefuses(t *testing.T) {
	for _, arguments := range [][]string{{"NoSuchCall"}, {"CreateVolume", "{"}, {"CreateVolume", `{"nome": "a"}`}, {"CreateVolume", `{"name": "$gone"}`}, {}} {
		if status, _, problems := client(t, &echo{}, "", arguments...); status != 2 || problems == "" {
			t.Errorf("%q: status %d, %q", arguments, status, problems)
		}
	}
	status, lines, _ := client(t, &echo{}, "", "DeleteVolume", `{"volume_id": "a"}`)
	if status != 1 || lines[0].Code != "FailedPrecondition" || lines[0].Message != "a is in use" {
		t.Errorf("status %d, %+v", status, lines)
	}
}

func TestCallsOfASequenceUseWhatEarlierOnesAnswered(t *testing.T) {
	calls := "# a volume\nCreateVolume {\"name\": \"a\", \"capacity_range\": {\"required_bytes\": \"$size\"}}\n\nDeleteVolume {\"volume_id\": \"$volume\"}\nProbe\n"
	status, lines, _ := client(t, &echo{}, calls, "--set", "size=4096", "--save", "volume=volume.volume_id", "-")
	if status != 1 || len(lines) != 2 {
		t.Fatalf("the call after the refused one must not be made: status %d, %+v", status, lines)
	}
	if !strings.Contains(string(lines[0].Response), `"4096"`) || lines[1].Message != "id of a is in use" {
		t.Errorf("%s, %s", lines[0].Response, lines[1].Message)
	}
}

func TestALaterRunUsesWhatAnEarlierOneKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "values")
	if status, _, problems := client(t, &echo{}, "", "--values", file, "--save", "volume=volume.volume_id", "CreateVolume", `{"name": "a"}`); status != 0 {
		t.Fatalf("status %d, %s", status, problems)
	}
	_, lines, _ := client(t, &echo{}, "", "--values", file, "DeleteVolume", `{"volume_id": "$volume"}`)
	if len(lines) != 1 || lines[0].Message != "id of a is in use" {
		t.Errorf("%+v", lines)
	}
}

func TestSecretsComeFromAFileAndGoWhereTheyBelong(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secrets")
	if err := os.WriteFile(file, []byte(`{"accountname": "a"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	status, lines, problems := client(t, &echo{}, "Probe\nCreateVolume {\"name\": \"a\"}\n", "--secrets", file, "-")
	if status != 0 || !strings.Contains(string(lines[1].Response), "accountname") {
		t.Errorf("status %d, %+v %s", status, lines, problems)
	}
}

func TestAStreamIsPrintedWhole(t *testing.T) {
	_, lines, _ := client(t, &echo{}, "", "GetMetadataAllocated", `{"snapshot_id": "a"}`)
	if len(lines) != 1 || len(lines[0].Responses) != 3 {
		t.Errorf("%+v", lines)
	}
}

func TestWaitEndsWhenThePluginIsReadyOrTimeIsUp(t *testing.T) {
	if status, _, problems := client(t, &echo{unready: 3}, "", "wait"); status != 0 {
		t.Errorf("status %d, %s", status, problems)
	}
	if status, _, problems := client(t, &echo{unready: 1 << 30}, "", "--deadline", "100ms", "wait"); status != 1 || !strings.Contains(problems, "not") {
		t.Errorf("status %d, %s", status, problems)
	}
}

func TestAtOnceMakesAllCallsThoughOneFails(t *testing.T) {
	endpoint := serve(t, &echo{})
	lines := "CreateVolume {\"name\": \"a\"}\nDeleteVolume {\"volume_id\": \"b\"}\nCreateVolume {\"name\": \"c\"}\n"
	var out, problems bytes.Buffer

	status := run([]string{"--endpoint", endpoint, "--at-once", "2", "-"}, strings.NewReader(lines), &out, &problems)

	if status != 1 || strings.Count(out.String(), "\n") != 3 || !strings.Contains(out.String(), "id of c") {
		t.Fatalf("status %d, %s%s", status, out.String(), problems.String())
	}
}

func TestValuesAreNotKeptFromCallsWithoutOrder(t *testing.T) {
	var out, problems bytes.Buffer
	if status := run([]string{"--at-once", "2", "--save", "a=b", "-"}, strings.NewReader(""), &out, &problems); status != 2 {
		t.Fatalf("status %d", status)
	}
}

func TestTheControllersCallsMayGoElsewhere(t *testing.T) {
	node, controller := serve(t, &echo{unready: 1}), serve(t, &echo{})
	var out, problems bytes.Buffer

	status := run([]string{"--endpoint", node, "--controller", controller, "CreateVolume", "{\"name\": \"a\"}"}, strings.NewReader(""), &out, &problems)
	if status != 0 {
		t.Fatalf("the controller: status %d, %s%s", status, out.String(), problems.String())
	}
	status = run([]string{"--endpoint", node, "--controller", controller, "Probe"}, strings.NewReader(""), &out, &problems)
	if status != 1 || !strings.Contains(out.String(), "not yet") {
		t.Fatalf("the node plugin: status %d, %s%s", status, out.String(), problems.String())
	}
}
