# On node A: a new volume, files.
. /payload/driver.sh

step "load the module, start the node plugin" start_driver
step "CreateVolume" call CreateVolume \
	"{\"name\": \"quickstart\", \"capacity_range\": {\"required_bytes\": 1073741824}, \"volume_capabilities\": [$capability]}"
bring
step "write and sync 201 files, 22 MB" files $pod_dir/mount
echo "checksums: $(checksums $pod_dir/mount)"
step "NodeGetVolumeStats" call NodeGetVolumeStats "{\"volume_id\": \"\$volume\", \"volume_path\": \"$pod_dir/mount\"}"
take_away
echo "volume: $(sed 's/"node":"[^"]*",\?//; s/"publish":{[^}]*},\?//' /root/values)"
