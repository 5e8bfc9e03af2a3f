# The node plugin on this node, which a payload by on-host.sh made; for scripts that run on it.
export JAVA_HOME=/opt/java

# Returns when the plugin is ready. Options are the plugin's.
start_driver() {
	modprobe dysk
	cp -r /payload/accounts /root/accounts
	chmod -R go= /root/accounts
	echo "10.0.2.2 storage" >> /etc/hosts
	/payload/csi-node/bin/csi-node --endpoint unix:///csi/csi.sock --accounts-dir /root/accounts --node-name "$(hostname)" "$@" > /root/node.log 2>&1 &
	/payload/csiclient --endpoint unix:///csi/csi.sock --deadline 120s wait
}

# csi ARGUMENTS...   the client, for both halves of the driver
csi() {
	/payload/csiclient --endpoint unix:///csi/csi.sock --controller "$(cat /payload/controller)" "$@"
}
