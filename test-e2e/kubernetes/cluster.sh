# shellcheck shell=bash
# What commands have in common that need a cluster. Source it after env.sh:
#   say TEXT                what comes now, and how long it has been
#   need_root COMMAND       ends a command that isn't root
#   build_programs          sets up this machine, builds all programs; sets programs, the directory that ./build printed
#   build_cluster IMAGE...  builds what else there is, the nodes having these images too; sets disk and tests
#   in_cluster OPTION...    runs the scenarios with these options; all that they start ends with them
# and here, work, results, manifests, attach_required, begin. attach_required may be set to true before build_cluster.

here=$DYSK_ROOT/test-e2e/kubernetes
work=$DYSK_ROOT/target/kubernetes
results=$DYSK_ROOT/target/results
manifests=$DYSK_ROOT/deploy/manifests
attach_required=false
begin=$SECONDS

say() { printf '\n== %s (%d min %02d s)\n' "$*" $(((SECONDS - begin) / 60)) $(((SECONDS - begin) % 60)); }

need_root() {
	[ "$(id -u)" = 0 ] || { echo "$1: must be root: it makes networks and images" >&2; exit 1; }
}

build_programs() {
	say "set up this machine"
	"$DYSK_ROOT/test-e2e/setup"
	. "$DYSK_ROOT/test-e2e/env.sh"	# the JDK may be new
	local missing=
	command -v busybox > /dev/null || missing=busybox-static
	pkg-config --exists libseccomp 2> /dev/null || missing+=" pkg-config libseccomp-dev"
	# shellcheck disable=SC2086
	[ -z "$missing" ] || DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing > /dev/null

	say "the driver: module, programs, images"
	"$DYSK_ROOT/test-e2e/vm/build-module" "$DYSK_KERNEL"
	"$DYSK_ROOT/test-e2e/build"
	driver_images=$("$here/build-driver-images")

	say "the cluster: programs"
	programs=$("$here/build")
}

build_cluster() { # image...
	local attached sidecars examples images
	say "the cluster: images, the nodes' disk"
	"$DYSK_ROOT/deploy/render" --check
	# They have one more sidecar, which the nodes' disk has in any case: it is the same for both ways.
	attached=$DYSK_ROOT/target/kubernetes-manifests
	rm -rf "$attached"
	"$DYSK_ROOT/deploy/render" --manifests "$attached" --set attach.required=true
	[ "$attach_required" = false ] || manifests=$attached
	mapfile -t sidecars < <(sed -n 's/^ *image: //p' "$attached/csi-dysk.yaml" | grep -v /csi-dysk- | sort -u)
	mapfile -t examples < <(grep -rh '^ *image: ' "$DYSK_ROOT/deploy/examples" --include='*.yaml' | sed 's/^ *image: //' | sort -u)
	images="$driver_images $("$here/build-images" "$programs" "${sidecars[@]}" "${examples[@]}")"
	# shellcheck disable=SC2086
	disk=$("$here/build-node-disk" "$programs" "$DYSK_ROOT/target/module/$DYSK_KERNEL/dysk.ko" $images "$@")
	tests=$DYSK_ROOT/target/kubernetes.test
	(cd "$here" && CGO_ENABLED=0 go test -c -trimpath -buildvcs=false -o "$tests" .)

	# What ../vm found out about this machine.
	if [ -z "${DYSK_ACCEL:-}" ] && grep -q 'true$' "$DYSK_CACHE/kvm-works" 2> /dev/null; then
		export DYSK_ACCEL=kvm
	fi
	rm -rf "$work"
	mkdir -p "$work" "$results"
}

# In a network and with processes of its own.
in_cluster() { # option...
	unshare --net --mount --pid --fork --kill-child --mount-proc "$tests" \
		-test.v -work "$work" -programs "$programs" -guest-image "$DYSK_CACHE/guest/$DYSK_KERNEL" -node-disk "$disk" \
		-blob-server "$DYSK_ROOT/test-e2e/blob-server/run" -tree "$DYSK_ROOT" -manifests "$manifests" \
		"-attach-required=$attach_required" "$@"
}
