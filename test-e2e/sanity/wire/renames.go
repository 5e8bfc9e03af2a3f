package wire

// JavaRenames are the three fields whose accessor Java would make twice.
var JavaRenames = Renames{
	"csi.v1.CreateVolumeRequest.mutable_parameters":                          "modifiable_parameters",
	"csi.v1.ValidateVolumeCapabilitiesRequest.mutable_parameters":            "modifiable_parameters",
	"csi.v1.ValidateVolumeCapabilitiesResponse.Confirmed.mutable_parameters": "modifiable_parameters",
}
