# On node B: the same disk, and everything on it.
. /payload/steps.sh

same() {
	local sum
	sum=$( (cd /mnt/disk && find . -type f -print0 | sort -z | xargs -0 sha256sum) | sha256sum | cut -d' ' -f1)
	echo "written $(cat /payload/expected)"
	echo "read    $sum"
	[ -s /payload/expected ] && [ "$sum" = "$(cat /payload/expected)" ]
}

step "load the module" modprobe dysk
step "attach the blob" attach disks/data
mkdir -p /mnt/disk
step "mount it" mount -o ro $device /mnt/disk
step "verify the checksums" same
step "unmount" umount /mnt/disk
step "check the file system" fsck.ext4 -f -n $device
step "list devices" ctl list
step "detach" ctl detach $device --credentials-file /payload/credentials --timing
step "unload the module" modprobe -r dysk
