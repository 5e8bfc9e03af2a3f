package v1_12

import (
	"testing"

	csi "github.com/container-storage-interface/spec-1.12/lib/go/csi"

	"dysk.io/test-e2e/sanity/wire"
)

// A caller of 1.12 finds everything it knows; what 1.13 added it does not see.
func TestOursHasAllOfVersion1_12(t *testing.T) {
	ours, err := wire.Ours()
	if err != nil {
		t.Fatal(err)
	}
	for _, difference := range wire.Missing(ours, csi.File_csi_proto, wire.JavaRenames) {
		t.Error(difference)
	}
}
