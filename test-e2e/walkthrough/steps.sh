# Steps that are timed and checked one by one. "ok:", "FAILED:" and "took:" lines are what quickstart counts.
node=$(hostname)

# step "what it does" command...   the command's output follows, indented
# A command may say in /tmp/took how many seconds its work took; otherwise it is the time until it ended.
step() {
	local what=$1 start end
	shift
	rm -f /tmp/took
	start=$(date +%s.%N)
	if ! "$@" > /tmp/step 2>&1; then
		sed 's/^/    /' /tmp/step
		echo "FAILED: $what"
		type what_happened > /dev/null 2>&1 && what_happened
		dmesg | tail -20
		exit 1
	fi
	end=$(date +%s.%N)
	sed 's/^/    /' /tmp/step
	echo "ok: $what"
	if [ -e /tmp/took ]; then
		awk -v what="$node: $what" '{ printf "took: %s: %.3f s\n", what, $1 }' /tmp/took
	else
		awk -v a="$start" -v b="$end" -v what="$node: $what" 'BEGIN { printf "took: %s: %.3f s\n", what, b - a }'
	fi
}

# 201 files, 22 MB, in a folder.
files() {
	mkdir -p "$1/small"
	for i in $(seq 200); do
		head -c $((i * 97)) /dev/urandom > "$1/small/$i"
	done
	head -c 20000000 /dev/urandom > "$1/large"
	sync -f "$1"
}

checksums() {
	(cd "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum) | sha256sum | cut -d' ' -f1
}

# The files in a folder are those that node A wrote.
same() {
	local sum
	sum=$(checksums "$1")
	echo "written $(cat /payload/expected)"
	echo "read    $sum"
	[ -s /payload/expected ] && [ "$sum" = "$(cat /payload/expected)" ]
}
