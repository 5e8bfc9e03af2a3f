// Package wire compares our csi.proto with the specification's, message by message and number by number: what both sides of a
// connection must agree on.
package wire

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"

	"github.com/bufbuild/protocompile"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Ours compiles proto/api's csi.proto.
func Ours() (protoreflect.FileDescriptor, error) {
	_, here, _, _ := runtime.Caller(0)
	folder := filepath.Join(filepath.Dir(here), "../../../proto/api/src/main/proto")
	compiler := protocompile.Compiler{
		Resolver: protocompile.WithStandardImports(&protocompile.SourceResolver{ImportPaths: []string{folder}}),
	}
	files, err := compiler.Compile(context.Background(), "csi/v1/csi.proto")
	if err != nil {
		return nil, fmt.Errorf("our csi.proto does not compile: %w", err)
	}
	return files[0], nil
}
