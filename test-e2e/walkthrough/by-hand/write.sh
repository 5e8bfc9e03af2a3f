# On node A: a new disk, a file system, files.
. /payload/dyskctl.sh

step "load the module" modprobe dysk
step "create the blob and attach it" attach disks/data --create --create-container --size 1GiB
step "make a file system (ext4)" mkfs.ext4 -q -F $device
mkdir -p /mnt/disk
step "mount it" mount $device /mnt/disk
step "write and sync 201 files, 22 MB" files /mnt/disk
sum=$(checksums /mnt/disk)
step "unmount" umount /mnt/disk
step "show what the device did" ctl stats $device
step "detach" ctl detach $device --credentials-file /payload/credentials --timing
step "unload the module" modprobe -r dysk
echo "checksums: $sum"
