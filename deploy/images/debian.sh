# Where the images' Debian packages come from. Sourced by lock and build.

debian_suite=trixie
debian_architectures='amd64 arm64'

# Debian's archive, without a slash at its end; that of security updates is beside it. A snapshot is as good.
debian_mirror() {
	local mirror=${DYSK_DEBIAN_MIRROR:-}
	[ -n "$mirror" ] || mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 2> /dev/null | grep -v -- -security | head -1)
	[ -n "$mirror" ] || { echo "set DYSK_DEBIAN_MIRROR to a mirror of Debian's archive" >&2; return 1; }
	echo "${mirror%/}"
}

# How the compiler calls an architecture, in names of packages.
debian_triplet() {
	case $1 in
	amd64) echo x86-64-linux-gnu ;;
	arm64) echo aarch64-linux-gnu ;;
	esac
}

# The packages' names in lists like packages/node: debian_packages ARCH LIST...
debian_packages() {
	local arch=$1
	shift
	sed -e '/^#/d; /^$/d; s/:.*//' -e "s/TRIPLET/$(debian_triplet "$arch")/" "$@" | sort -u
}

# Makes sure that the packages of the lists are in the cache, as packages.lock has them: debian_fetch ARCH CACHE LOCK LIST...
debian_fetch() {
	local arch=$1 cache=$2 lock=$3 package version sum file from
	shift 3
	mkdir -p "$cache"
	for package in $(debian_packages "$arch" "$@"); do
		read -r _ _ version sum file < <(awk -v arch="$arch" -v package="$package" '$1 == arch && $2 == package' "$lock") || {
			echo "$package is not in packages.lock: run deploy/images/lock" >&2
			return 1
		}
		[ ! -e "$cache/$sum.deb" ] || continue
		from=$(debian_mirror)
		[ "${file#pool/updates/}" = "$file" ] || from=$from-security
		curl -fsS --retry 3 -o "$cache/$sum.part" "$from/$file" || {
			echo "$package $version is not at the mirror any more: take a snapshot of it (DYSK_DEBIAN_MIRROR), or newer ones (deploy/images/lock)" >&2
			return 1
		}
		echo "$sum  $cache/$sum.part" | sha256sum --check --quiet || { rm -f "$cache/$sum.part"; return 1; }
		mv "$cache/$sum.part" "$cache/$sum.deb"
	done
}

# Unpacks the packages of a list, or the files of them that it names, without running anything: debian_unpack ARCH CACHE LOCK ROOT LIST
# What scanners read says what is there.
debian_unpack() {
	local arch=$1 cache=$2 lock=$3 root=$4 list=$5 line package files sum version from
	mkdir -p "$root/var/lib/dpkg/status.d"
	while read -r line; do
		package=${line%%:*} files=
		[ "$package" = "$line" ] || files=${line#*:}
		package=${package/TRIPLET/$(debian_triplet "$arch")}
		read -r _ _ version sum _ < <(awk -v arch="$arch" -v package="$package" '$1 == arch && $2 == package' "$lock")
		from=$(mktemp -d "$root.deb.XXXXXX")
		dpkg-deb -x "$cache/$sum.deb" "$from"
		debian_trim "$from" "$files" "$package"
		# Older packages have files in the folders that are links now.
		local merged
		for merged in bin sbin lib lib64; do
			if [ -d "$from/$merged" ] && [ ! -L "$from/$merged" ]; then
				mkdir -p "$from/usr/$merged"
				cp -a "$from/$merged/." "$from/usr/$merged/"
				rm -rf "${from:?}/$merged"
			fi
		done
		cp -a "$from/." "$root/"
		rm -rf "$from"
		dpkg-deb -f "$cache/$sum.deb" > "$root/var/lib/dpkg/status.d/$package"
	done < <(sed '/^#/d; /^$/d' "$list")
}

# Leaves the licence and what a program needs to run; with a list of patterns, only those of the files.
debian_trim() {
	local root=$1 files=$2 package=$3 pattern arguments=()
	(
		cd "$root"
		find ./usr/share/doc -type f ! -name copyright -delete 2> /dev/null || true
		rm -rf ./usr/share/{man,info,locale,lintian,bug,bash-completion,menu,initramfs-tools,gdb,gcc,polkit-1,common-licenses.d} ./usr/lib/systemd \
			./lib/systemd ./etc/{cron*,init.d,default,pam.d,update-motd.d,profile.d,logrotate.d} ./usr/lib/udev ./lib/udev ./usr/share/initramfs-tools
		[ -n "$files" ] || exit 0
		set -f
		for pattern in $files; do
			arguments+=(! -path ".$pattern")
		done
		find . \( -type f -o -type l \) ! -path './usr/share/doc/*' "${arguments[@]}" -delete
	)
	find "$root" -mindepth 1 -type d -empty ! -path "$root/tmp" -delete 2> /dev/null || true
	find "$root" -type f -perm /6000 -exec chmod ug-s {} +
}

# Whether every library that a program or library of a root needs is there: of its ELF files, so for any architecture.
debian_check_libraries() {
	local root=$1 missing
	missing=$({ find "$root" -type f \( -perm /111 -o -name '*.so*' \) -print0 | xargs -0 readelf -d 2> /dev/null || true; } \
		| sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort -u \
		| comm -23 - <(find "$root" -type f -printf '%f\n' -o -type l -printf '%f\n' | grep '\.so' | sort -u))
	[ -z "$missing" ] || { echo "libraries are missing in $(basename "$root"): $missing" >&2; return 1; }
}
