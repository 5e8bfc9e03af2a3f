package sanity

// What the suite may skip: the message with which it does so, and why our driver does not have to pass that. Anything else that is
// skipped is a failure, and so is a reason here that is no more needed.
var mayBeSkipped = map[string]string{
	"GroupControllerService not supported": "snapshots of several volumes at one moment are not offered: a blob snapshot is of one blob," +
		" and nothing holds back the writes to the others meanwhile",
	"SNAPSHOT_ACCESSIBILITY_CONSTRAINTS not supported": "a snapshot is where its blob is; there is no choice of places to tell",
	"testnodevolumeattachlimit not enabled": "the limit is the node's to set, and the controller is not told of it: the scheduler keeps to" +
		" what NodeGetInfo says, and the node plugin refuses to stage more",
	pending: "the suite itself has put it aside",
}

// What a spec that the suite never runs has for a message.
const pending = "(pending)"
