# The node plugin on this node, the controller elsewhere, and calls to them as Kubernetes makes them.
. /payload/steps.sh
export JAVA_HOME=/opt/java
volume_dir=/var/lib/kubelet/plugins/quickstart
pod_dir=/var/lib/kubelet/pods/quickstart
capability='{"mount": {"fs_type": "ext4"}, "access_mode": {"mode": "SINGLE_NODE_WRITER"}}'

start_driver() {
	cp -r /payload/accounts /root/accounts
	chmod -R go= /root/accounts
	echo "10.0.2.2 storage" >> /etc/hosts
	/payload/csi-node/bin/csi-node --endpoint unix:///csi/csi.sock --accounts-dir /root/accounts --node-name "$node" > /root/node.log 2>&1 &
	/payload/csiclient --endpoint unix:///csi/csi.sock --deadline 120s wait
}

what_happened() {
	tail -n 20 /root/node.log
}

# csi controller|node METHOD REQUEST   prints the answer; what later calls need is kept. The time is the call's.
csi() {
	local endpoint=unix:///csi/csi.sock status=0
	[ "$1" = node ] || endpoint=$(cat /payload/controller)
	shift
	/payload/csiclient --endpoint "$endpoint" --values /root/values --save volume=volume.volume_id \
		--save context=volume.volume_context --save publish=publish_context --save node=node_id "$@" > /tmp/answer || status=$?
	sed 's/^{"method":"\([^"]*\)","seconds":[0-9.e+-]*,/\1: {/; s/"code":"OK",\?//' /tmp/answer
	sed 's/.*"seconds":\([0-9.e+-]*\),.*/\1/' /tmp/answer > /tmp/took
	return $status
}

# From a volume that is there to a folder with its files.
bring() {
	mkdir -p $volume_dir $pod_dir
	step "NodeGetInfo" csi node NodeGetInfo
	step "ControllerPublishVolume" csi controller ControllerPublishVolume \
		"{\"volume_id\": \"\$volume\", \"node_id\": \"\$node\", \"volume_capability\": $capability, \"volume_context\": \"\$context\"}"
	step "NodeStageVolume" csi node NodeStageVolume \
		"{\"volume_id\": \"\$volume\", \"publish_context\": \"\$publish\", \"staging_target_path\": \"$volume_dir\", \"volume_capability\": $capability, \"volume_context\": \"\$context\"}"
	step "NodePublishVolume" csi node NodePublishVolume \
		"{\"volume_id\": \"\$volume\", \"publish_context\": \"\$publish\", \"staging_target_path\": \"$volume_dir\", \"target_path\": \"$pod_dir/mount\", \"volume_capability\": $capability, \"volume_context\": \"\$context\"}"
}

# And back: after it, another node may have the volume.
take_away() {
	step "NodeUnpublishVolume" csi node NodeUnpublishVolume "{\"volume_id\": \"\$volume\", \"target_path\": \"$pod_dir/mount\"}"
	step "NodeUnstageVolume" csi node NodeUnstageVolume "{\"volume_id\": \"\$volume\", \"staging_target_path\": \"$volume_dir\"}"
	step "ControllerUnpublishVolume" csi controller ControllerUnpublishVolume "{\"volume_id\": \"\$volume\", \"node_id\": \"\$node\"}"
	step "nothing is left on the node" nothing_left
}

nothing_left() {
	! grep '/dev/dysk' /proc/mounts && ! ls /sys/block | grep '^dysk' && [ ! -e $pod_dir/mount ]
}
