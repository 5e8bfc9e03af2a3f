# dyskctl, as somebody uses it by hand.
. /payload/steps.sh
export PATH=/payload/dyskctl/bin:$PATH
export DYSKCTL_JAVA=/opt/java/bin/java

ctl() { dyskctl "$@"; }

# What the kernel itself took, without the start of a Java runtime in an emulated machine.
attach() { # blob, options...
	ctl attach "$@" --credentials-file /payload/credentials --timing
	device=/dev/dysk0
	[ -b $device ]
}
