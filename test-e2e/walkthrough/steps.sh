# Steps that are timed and checked one by one. "ok:", "FAILED:" and "took:" lines are what quickstart counts.
export PATH=/payload/dyskctl/bin:$PATH
export DYSKCTL_JAVA=/opt/java/bin/java
node=$(hostname)

# step "what it does" command...   the command's output follows, indented
step() {
	local what=$1 start end
	shift
	start=$(date +%s.%N)
	if ! "$@" > /tmp/step 2>&1; then
		sed 's/^/    /' /tmp/step
		echo "FAILED: $what"
		dmesg | tail -20
		exit 1
	fi
	end=$(date +%s.%N)
	sed 's/^/    /' /tmp/step
	echo "ok: $what"
	awk -v a="$start" -v b="$end" -v what="$node: $what" 'BEGIN { printf "took: %s: %.3f s\n", what, b - a }'
}

ctl() { dyskctl "$@"; }

# What the kernel itself took, without the start of a Java runtime in an emulated machine.
attach() { # blob, options...
	ctl attach "$@" --credentials-file /payload/credentials --timing
	device=/dev/dysk0
	[ -b $device ]
}
