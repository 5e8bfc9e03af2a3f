# For scripts that run the driver with its nodes in virtual machines: what of it is on this machine. Source it after env.sh, with
# $work set to a folder that the script may fill; $work/payload becomes what the nodes have. What is started ends with the script.
here=$DYSK_ROOT/test-e2e
running=()
trap 'kill "${running[@]}" 2> /dev/null || true; wait "${running[@]}" 2> /dev/null || true' EXIT

# The emulator's published account; a real one's key would be in a file that only root can read, as this one is put into one.
account=devstoreaccount1
key='Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='

# A storage emulator, azurite or blob-server, at $storage_port.
start_storage() {
	local server
	storage_port=$("$here/free-port")
	case $1 in
	azurite) "$here/azurite/run" --port "$storage_port" --in-memory > "$work/endpoint.log" 2>&1 & ;;
	blob-server) "$here/blob-server/run" --port "$storage_port" > "$work/endpoint.log" 2>&1 & ;;
	*) echo "--endpoint is azurite or blob-server" >&2; exit 2 ;;
	esac
	server=$!
	running+=($server)
	for _ in $(seq 300); do
		grep -q '^ready' "$work/endpoint.log" && return
		kill -0 $server 2> /dev/null || break
		sleep 0.1
	done
	cat "$work/endpoint.log" >&2
	echo "$1 did not start within 30 s" >&2
	exit 1
}

# The driver as it is installed on a node, a client to call it with, and the account's credentials.
fill_payload() {
	programs=$("$here/csi/guest-programs")
	mkdir -p "$work/payload/accounts"
	chmod 700 "$work/payload" "$work/payload/accounts"
	cp -a "$programs/csi-node" "$work/payload/"
	cp "$("$here/build-go" csi/client)" "$work/payload/csiclient"
	cp "$here/csi/on-node.sh" "$work/payload/"
	# One name for the emulator, which is elsewhere for this machine and for the nodes.
	printf 'accountname=%s\naccountkey=%s\nendpoint=%s\n' "$account" "$key" "http://storage:$storage_port/$account" \
		> "$work/payload/accounts/own.properties"
}

# The controller, here as in a cluster: once, and on no particular node. $work/payload/controller says where nodes find it.
start_controller() {
	local port
	echo "127.0.0.1 storage localhost" > "$work/hosts"
	DYSK_JAVA_OPTIONS=-Djdk.net.hosts.file=$work/hosts "$DYSK_ROOT/csi-controller/service/bin/csi-controller" \
		--endpoint "unix://$work/run/csi.sock" --accounts-dir "$work/payload/accounts" > "$work/controller.log" 2>&1 &
	running+=($!)
	if ! "$work/payload/csiclient" --endpoint "unix://$work/run/csi.sock" --deadline 60s wait; then
		cat "$work/controller.log" >&2
		exit 1
	fi
	port=$("$here/free-port")
	"$programs/relay" 127.0.0.1 "$port" "$work/run/csi.sock" > "$work/relay.log" 2>&1 &
	running+=($!)
	echo "10.0.2.2:$port" > "$work/payload/controller"
}
