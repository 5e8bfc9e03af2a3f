# On node B: the same volume and everything in it; then it is deleted.
. /payload/driver.sh
cp /payload/volume /root/values

gone() {
	! call ControllerGetVolume '{"volume_id": "$volume"}' && grep -q '"code":"NotFound"' /tmp/answer
}

step "load the module, start the node plugin" start_driver
bring
step "verify the checksums" same $pod_dir/mount
take_away
step "DeleteVolume" call DeleteVolume '{"volume_id": "$volume"}'
step "ControllerGetVolume says that it is gone" gone
