package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// A plugin and what is sent with every call to it.
type plugin struct {
	connection *grpc.ClientConn
	controller *grpc.ClientConn
	deadline   time.Duration
	secrets    any
	values     values
	save       map[string]string
}

// What a call came to: one line of output.
type outcome struct {
	Method    string            `json:"method"`
	Seconds   float64           `json:"seconds"`
	Code      string            `json:"code"`
	Message   string            `json:"message,omitempty"`
	Response  json.RawMessage   `json:"response,omitempty"`
	Responses []json.RawMessage `json:"responses,omitempty"`
}

// The controller's calls go to an endpoint of their own if there is one.
func connect(endpoint, controller string, deadline time.Duration) (*plugin, error) {
	connection, err := dial(endpoint)
	if err != nil {
		return nil, err
	}
	p := &plugin{connection: connection, controller: connection, deadline: deadline, values: values{}}
	if controller != "" {
		if p.controller, err = dial(controller); err != nil {
			connection.Close()
			return nil, err
		}
	}
	return p, nil
}

func dial(endpoint string) (*grpc.ClientConn, error) {
	// The authority is what a unix socket's client sends by convention; grpc would send the path, which servers refuse.
	connection, err := grpc.NewClient(endpoint, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithAuthority("localhost"))
	if err != nil {
		return nil, fmt.Errorf("endpoint %s: %w", endpoint, err)
	}
	return connection, nil
}

func (p *plugin) close() {
	p.connection.Close()
	p.controller.Close()
}

func (p *plugin) readSecrets(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &p.secrets); err != nil {
		return fmt.Errorf("%s is no JSON", file) // Without the cause: it could quote the file.
	}
	return nil
}

// Waits until Probe is answered with OK.
func (p *plugin) wait() error {
	ctx, cancel := context.WithTimeout(context.Background(), p.deadline)
	defer cancel()
	for {
		_, err := csi.NewIdentityClient(p.connection).Probe(ctx, &csi.ProbeRequest{}, grpc.WaitForReady(true))
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("not ready within %v: %w", p.deadline, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Makes a call and prints its outcome; gives the exit status.
func (p *plugin) print(name, request string, out, problems io.Writer) int {
	outcome, err := p.call(name, request)
	if err != nil {
		fmt.Fprintln(problems, "csiclient:", err)
		return 2
	}
	line, err := json.Marshal(outcome)
	if err != nil {
		fmt.Fprintln(problems, "csiclient:", err)
		return 2
	}
	fmt.Fprintf(out, "%s\n", line)
	if outcome.Code != codes.OK.String() {
		return 1
	}
	return 0
}

// Makes a call. An error is a mistake of ours; what the plugin refuses is an outcome.
func (p *plugin) call(name, request string) (*outcome, error) {
	method := find(name)
	if method == nil {
		return nil, fmt.Errorf("CSI has no call %s", name)
	}
	message, err := p.request(method, request)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), p.deadline)
	defer cancel()

	begin := time.Now()
	responses, err := p.send(ctx, method, message)
	result := &outcome{Method: name, Seconds: time.Since(begin).Seconds(), Code: status.Code(err).String(), Message: status.Convert(err).Message()}
	for _, response := range responses {
		text, failure := protojson.MarshalOptions{UseProtoNames: true}.Marshal(response)
		if failure != nil {
			return nil, failure
		}
		p.values.keep(text, p.save)
		result.Responses = append(result.Responses, text)
	}
	if err == nil && !method.IsStreamingServer() {
		result.Response, result.Responses = result.Responses[0], nil
	}
	return result, nil
}

func (p *plugin) send(ctx context.Context, method protoreflect.MethodDescriptor, request proto.Message) ([]proto.Message, error) {
	path := fmt.Sprintf("/%s/%s", method.Parent().FullName(), method.Name())
	connection := p.connection
	switch method.Parent().Name() {
	case "Controller", "GroupController", "SnapshotMetadata":
		connection = p.controller
	}
	stream, err := connection.NewStream(ctx, &grpc.StreamDesc{ServerStreams: method.IsStreamingServer()}, path)
	if err != nil {
		return nil, err
	}
	// A send that fails does so because the call has ended; receiving says why.
	if stream.SendMsg(request) == nil {
		stream.CloseSend()
	}
	var responses []proto.Message
	for {
		response := dynamicpb.NewMessage(method.Output())
		if err := stream.RecvMsg(response); err == io.EOF {
			return responses, nil
		} else if err != nil {
			return responses, err
		}
		responses = append(responses, response)
		if !method.IsStreamingServer() {
			return responses, nil
		}
	}
}

func (p *plugin) request(method protoreflect.MethodDescriptor, text string) (proto.Message, error) {
	fields := map[string]any{}
	if text != "" {
		if err := json.Unmarshal([]byte(text), &fields); err != nil {
			return nil, fmt.Errorf("the request is no JSON object: %w", err)
		}
	}
	filled, err := p.values.fill(fields)
	if err != nil {
		return nil, err
	}
	fields = filled.(map[string]any)
	if _, given := fields["secrets"]; !given && p.secrets != nil && method.Input().Fields().ByName("secrets") != nil {
		fields["secrets"] = p.secrets
	}
	complete, err := json.Marshal(fields)
	if err != nil {
		return nil, err
	}
	message := dynamicpb.NewMessage(method.Input())
	return message, protojson.Unmarshal(complete, message)
}

func find(name string) protoreflect.MethodDescriptor {
	services := csi.File_csi_proto.Services()
	for i := range services.Len() {
		if method := services.Get(i).Methods().ByName(protoreflect.Name(name)); method != nil {
			return method
		}
	}
	return nil
}
