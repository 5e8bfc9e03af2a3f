package sanity

// What the suite may skip: the message with which it does so, and why our driver does not have to pass that. Anything else that is
// skipped is a failure, and so is a reason here that is no more needed.
var mayBeSkipped = map[string]string{
	"GroupControllerService not supported": "snapshots of several volumes at one moment are not offered: a blob snapshot is of one blob," +
		" and nothing holds back the writes to the others meanwhile",
	"VolumeGroupSnapshots not supported": "see above: no group snapshots",
	"SNAPSHOT_ACCESSIBILITY_CONSTRAINTS not supported": "a snapshot is where its blob is; there is no choice of places to tell",
}
