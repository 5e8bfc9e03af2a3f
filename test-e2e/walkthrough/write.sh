# On node A: a new disk, a file system, files.
. /payload/steps.sh

files() {
	mkdir -p /mnt/disk/small
	for i in $(seq 200); do
		head -c $((i * 97)) /dev/urandom > "/mnt/disk/small/$i"
	done
	head -c 20000000 /dev/urandom > /mnt/disk/large
	sync -f /mnt/disk
}

checksums() {
	(cd /mnt/disk && find . -type f -print0 | sort -z | xargs -0 sha256sum) | sha256sum | cut -d' ' -f1
}

step "load the module" modprobe dysk
step "create the blob and attach it" attach disks/data --create --create-container --size 1GiB
step "make a file system (ext4)" mkfs.ext4 -q -F $device
mkdir -p /mnt/disk
step "mount it" mount $device /mnt/disk
step "write and sync 201 files, 22 MB" files
sum=$(checksums)
step "unmount" umount /mnt/disk
step "show what the device did" ctl stats $device
step "detach" ctl detach $device --credentials-file /payload/credentials --timing
step "unload the module" modprobe -r dysk
echo "checksums: $sum"
