# The node plugin on this node, the controller elsewhere, and calls to them as Kubernetes makes them.
. /payload/steps.sh
. /payload/on-node.sh
volume_dir=/var/lib/kubelet/plugins/quickstart
pod_dir=/var/lib/kubelet/pods/quickstart
capability='{"mount": {"fs_type": "ext4"}, "access_mode": {"mode": "SINGLE_NODE_WRITER"}}'

what_happened() {
	tail -n 20 /root/node.log
}

# call METHOD REQUEST   prints the answer; what later calls need is kept. The time is the call's.
call() {
	local status=0
	csi --values /root/values --save volume=volume.volume_id --save context=volume.volume_context --save publish=publish_context \
		--save node=node_id "$@" > /tmp/answer || status=$?
	sed 's/^{"method":"\([^"]*\)","seconds":[0-9.e+-]*,/\1: {/; s/"code":"OK",\?//' /tmp/answer
	sed 's/.*"seconds":\([0-9.e+-]*\),.*/\1/' /tmp/answer > /tmp/took
	return $status
}

# From a volume that is there to a folder with its files.
bring() {
	mkdir -p $volume_dir $pod_dir
	step "NodeGetInfo" call NodeGetInfo
	step "ControllerPublishVolume" call ControllerPublishVolume \
		"{\"volume_id\": \"\$volume\", \"node_id\": \"\$node\", \"volume_capability\": $capability, \"volume_context\": \"\$context\"}"
	step "NodeStageVolume" call NodeStageVolume \
		"{\"volume_id\": \"\$volume\", \"publish_context\": \"\$publish\", \"staging_target_path\": \"$volume_dir\", \"volume_capability\": $capability, \"volume_context\": \"\$context\"}"
	step "NodePublishVolume" call NodePublishVolume \
		"{\"volume_id\": \"\$volume\", \"publish_context\": \"\$publish\", \"staging_target_path\": \"$volume_dir\", \"target_path\": \"$pod_dir/mount\", \"volume_capability\": $capability, \"volume_context\": \"\$context\"}"
}

# And back: after it, another node may have the volume.
take_away() {
	step "NodeUnpublishVolume" call NodeUnpublishVolume "{\"volume_id\": \"\$volume\", \"target_path\": \"$pod_dir/mount\"}"
	step "NodeUnstageVolume" call NodeUnstageVolume "{\"volume_id\": \"\$volume\", \"staging_target_path\": \"$volume_dir\"}"
	step "ControllerUnpublishVolume" call ControllerUnpublishVolume "{\"volume_id\": \"\$volume\", \"node_id\": \"\$node\"}"
	step "nothing is left on the node" nothing_left
}

nothing_left() {
	! grep '/dev/dysk' /proc/mounts && ! ls /sys/block | grep '^dysk' && [ ! -e $pod_dir/mount ]
}
