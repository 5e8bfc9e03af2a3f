package storagesuite

import "regexp"

// leftOut are specs that this cluster can't run, whatever the driver. What the driver doesn't do is in driver.yaml: such specs skip
// themselves, and say why.
var leftOut = []struct{ specs, reason string }{
	{
		`should provision storage with any volume data source`,
		"needs the images of a volume populator, and nothing here can fetch or build them",
	},
	{
		`\[Disruptive\]`,
		"restarts kubelet over SSH, as a service of systemd, and nodes here have neither; TestRestarts and TestNodeLoss do it their way",
	},
	{
		`should support volume limits`,
		"fills a node with as many volumes as it says it takes, 256: hours on an emulated node; TestManyVolumes has 24",
	},
}

// reasonFor is why a spec is left out; empty if it isn't.
func reasonFor(spec string) string {
	for _, each := range leftOut {
		if regexp.MustCompile(each.specs).MatchString(spec) {
			return each.reason
		}
	}
	return ""
}
