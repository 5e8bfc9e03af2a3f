# What every command under test-e2e needs to know. Source it: . "$(dirname "$0")/env.sh"
# Sets (all may be given from outside):
#   DYSK_ROOT      the source tree
#   DYSK_CACHE     what was downloaded or built once: kernels, guest images, results of probes
#   DYSK_KERNELS   the kernels that setup gets unless told others, and that test uses; oldest first
#   DYSK_KERNEL    the kernel to test on when nothing else is said
#   JAVA_HOME      a JDK 25 or newer; unset when this machine has none

DYSK_ROOT=${DYSK_ROOT:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
DYSK_CACHE=${DYSK_CACHE:-$HOME/.cache/csi-dysk}
DYSK_KERNELS=${DYSK_KERNELS:-6.1 6.12}
DYSK_KERNEL=${DYSK_KERNEL:-6.1}
export DYSK_ROOT DYSK_CACHE DYSK_KERNELS DYSK_KERNEL

# The major version of the JDK at $1; fails for a JRE or nothing at all. Reads its "release" file: starting it is slow.
dysk_jdk_version() {
	[ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
	sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

# Prints the newest JDK that is new enough, JAVA_HOME first.
dysk_find_jdk() {
	local home version best='' best_version=24
	for home in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
		[ -n "$home" ] && version=$(dysk_jdk_version "$home") && [ -n "$version" ] || continue
		if [ "$home" = "${JAVA_HOME:-}" ] && [ "$version" -ge 25 ]; then
			echo "$home"
			return
		fi
		if [ "$version" -gt "$best_version" ]; then
			best=$home best_version=$version
		fi
	done
	[ -n "$best" ] && echo "$best"
}

if dysk_jdk=$(dysk_find_jdk); then
	export JAVA_HOME=$dysk_jdk
	case :$PATH: in
	*":$JAVA_HOME/bin:"*) ;;
	*) export PATH=$JAVA_HOME/bin:$PATH ;;
	esac
else
	unset JAVA_HOME
fi
unset dysk_jdk
