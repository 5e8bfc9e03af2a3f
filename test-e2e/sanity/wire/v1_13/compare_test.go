package v1_13

import (
	"slices"
	"testing"

	"github.com/container-storage-interface/spec/lib/go/csi"

	"dysk.io/test-e2e/sanity/wire"
)

// The volume conditions of 1.12, which 1.13 took away.
var kept = []string{
	"csi.v1.ControllerGetVolumeResponse.VolumeStatus.volume_condition",
	"csi.v1.ControllerServiceCapability.RPC.Type.VOLUME_CONDITION",
	"csi.v1.ListVolumesResponse.VolumeStatus.volume_condition",
	"csi.v1.NodeGetVolumeStatsResponse.volume_condition",
	"csi.v1.NodeServiceCapability.RPC.Type.VOLUME_CONDITION",
	"csi.v1.VolumeCondition",
}

func TestOursHasAllOfVersion1_13(t *testing.T) {
	ours, err := wire.Ours()
	if err != nil {
		t.Fatal(err)
	}
	for _, difference := range wire.Missing(ours, csi.File_csi_proto, wire.JavaRenames) {
		t.Error(difference)
	}
}

func TestOursHasNothingMoreThanTheVolumeConditions(t *testing.T) {
	ours, err := wire.Ours()
	if err != nil {
		t.Fatal(err)
	}
	extra := wire.Extra(ours, csi.File_csi_proto)
	if !slices.Equal(extra, kept) {
		t.Errorf("beyond 1.13, ours has\n%q\nand may have\n%q", extra, kept)
	}
}

// The comparison itself: it must see what it is there for.
func TestADifferenceIsSeen(t *testing.T) {
	ours, err := wire.Ours()
	if err != nil {
		t.Fatal(err)
	}
	missing := wire.Missing(ours, csi.File_csi_proto, wire.Renames{"csi.v1.Volume.gone": "x"})
	if len(missing) != len(wire.JavaRenames)+1 {
		t.Errorf("without the renames there are %d fields with other names, and one rename for nothing; seen: %q", len(wire.JavaRenames), missing)
	}
	if missing := wire.Missing(csi.File_csi_proto, ours, nil); len(missing) == 0 {
		t.Error("1.13 lacks the volume conditions, and the comparison does not see it")
	}
}
