#!/bin/sh
# What a node's init system does before anything of Kubernetes runs. Arguments: name, address, gateway.
set -eu
name=$1 address=$2 gateway=$3

hostname "$name"
tr -d - < /proc/sys/kernel/random/uuid > /etc/machine-id
# There is no kube-proxy and no DNS: the tests stand in for the one service that nodes may ask (../driver/access.go).
printf '127.0.0.1 localhost\n%s %s\n%s csi-dysk-access.csi-dysk.svc\n' "$address" "$name" "$gateway" > /etc/hosts
ip address flush dev eth0
ip address add "$address/24" dev eth0
ip route replace default via "$gateway"
# Nobody answers for names: everything here is reached by address. One that is asked for nevertheless fails at once.
printf 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n' > /etc/resolv.conf

# Containers and kubelet need a disk of their own: the root is an overlay, and can't be below another one.
mkdir -p /node
mount -t ext4 /dev/disk/by-id/virtio-node /node
for directory in containerd kubelet; do
	mkdir -p "/node/var/$directory" "/var/lib/$directory"
	mount --bind "/node/var/$directory" "/var/lib/$directory"
	mount --make-shared "/var/lib/$directory"
done
mkdir -p /var/log/pods /node/var/log
mount --bind /node/var/log /var/log/pods

echo '+cpu +cpuset +memory +pids +io' > /sys/fs/cgroup/cgroup.subtree_control
# Loop devices: kubelet holds raw block volumes by one.
modprobe -a br_netfilter veth loop
echo 1 > /proc/sys/net/ipv4/ip_forward

# The module as a package would have installed it.
release=$(uname -r)
mkdir -p "/lib/modules/$release/updates"
cp /node/module/*.ko "/lib/modules/$release/updates/"
depmod "$release"
