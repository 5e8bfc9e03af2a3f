# On node B: the same disk, and everything on it.
. /payload/dyskctl.sh

step "load the module" modprobe dysk
step "attach the blob" attach disks/data
mkdir -p /mnt/disk
step "mount it" mount -o ro $device /mnt/disk
step "verify the checksums" same /mnt/disk
step "unmount" umount /mnt/disk
step "check the file system" fsck.ext4 -f -n $device
step "list devices" ctl list
step "detach" ctl detach $device --credentials-file /payload/credentials --timing
step "unload the module" modprobe -r dysk
