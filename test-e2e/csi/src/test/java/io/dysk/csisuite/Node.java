package io.dysk.csisuite;

import io.dysk.rpc.contract.NodeId;
import io.dysk.vm.Command;
import io.dysk.vm.CommandResult;
import io.dysk.vm.RunningCommand;
import io.dysk.vm.VirtualMachine;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** A machine ({@link CsiNode}) with the module loaded and the node plugin running in it as a process of its own. */
final class Node implements AutoCloseable {
    static final String KUBELET = "/var/lib/kubelet";

    private static final String SOCKET = "/run/csi/csi.sock";
    private static final String ACCOUNTS = "/etc/csi-dysk/accounts";
    private static final String SERVES = "serving CSI on";
    /** Longer than any test uses one. */
    private static final Duration LIFE = Duration.ofMinutes(20);

    private final VirtualMachine vm;
    private final String name;
    private String options;
    private RunningCommand plugin;
    private Csi csi;

    private Node(VirtualMachine vm, String name, String options) {
        this.vm = vm;
        this.name = name;
        this.options = options;
    }

    /** Prepares the machine and starts the plugin. */
    static Node on(VirtualMachine vm, String name, Storage storage) {
        return prepare(vm, name, storage).start();
    }

    /** Prepares the machine; the plugin is not started. */
    static Node prepare(VirtualMachine vm, String name, Storage storage) {
        vm.put(storage.accountFile().getBytes(StandardCharsets.UTF_8), ACCOUNTS + "/own.properties", 0600);
        return prepare(vm, name, "--accounts-dir " + ACCOUNTS);
    }

    /**
     * Prepares one that has no account; the plugin is not started.
     *
     * @param options of the plugin, among them those that say where it gets rights to volumes
     */
    static Node prepare(VirtualMachine vm, String name, String options) {
        CommandResult loaded = vm.run("modprobe dysk");
        if (!loaded.succeeded()) {
            throw new AssertionError("the module does not load; was it built (test-e2e/vm/build-module " + vm.spec().kernel() + ")? " + loaded);
        }
        vm.output("printf '" + Storage.hostsLineForGuests().replace("\n", "\\n") + "' >> /etc/hosts && mkdir -p " + KUBELET);
        vm.start(CsiNode.RELAY + " 0.0.0.0 " + CsiNode.PORT + " " + SOCKET).awaitStdout("listening");
        return new Node(vm, name, options);
    }

    VirtualMachine vm() {
        return vm;
    }

    /** As NodeGetInfo has it. */
    String id() {
        return new NodeId(name).toString();
    }

    Csi csi() {
        return csi;
    }

    /** From the next start on it has these options too. */
    Node with(String more) {
        options += " " + more;
        return this;
    }

    /** Starts the plugin and waits until it serves. */
    Node start() {
        return start("csi-node", "");
    }

    /**
     * Starts the plugin so that a test sees its steps and may end it at one ({@link io.dysk.csisuite.guest.StepFolder}).
     *
     * @param steps the folder in the guest
     */
    Node startEnding(String steps) {
        return start("csi-node-ending", "DYSK_TEST_STEPS=" + steps);
    }

    private Node start(String program, String environment) {
        plugin = vm.start(Command.of("exec env JAVA_HOME=/opt/java " + environment + " /opt/csi-node/bin/" + program + " --endpoint unix://" + SOCKET
                + " --node-name " + name + " " + options + " --drain-time 1s 2>&1").within(LIFE));
        plugin.awaitStdout(SERVES);
        csi = Csi.onPort(vm.forwardedPort(CsiNode.PORT));
        return this;
    }

    /** What it has said since it was started last. */
    String log() {
        return plugin.stdoutSoFar();
    }

    /** SIGKILL; what it was doing is cut off. */
    void kill() {
        plugin.kill();
        awaitEnd();
    }

    /** Waits until it has ended. */
    void awaitEnd() {
        plugin.await();
        csi.close();
    }

    void restart() {
        kill();
        start();
    }

    // ---- what is in the machine --------------------------------------------------------------------------------------

    /** The block devices of the module: dysk0, ... */
    List<String> devices() {
        return vm.output("ls /sys/block | grep '^dysk' || true").lines().toList();
    }

    /** Mount points with a device of the module. */
    List<String> mounts() {
        return vm.output("awk '/dysk/ && $5 ~ \"^/var/lib/kubelet\" { print $5 }' /proc/self/mountinfo").lines().sorted().toList();
    }

    /** All that is below kubelet's folder, which is not mounted. */
    List<String> paths() {
        return vm.output("find " + KUBELET + " -mindepth 1 -xdev").lines().sorted().toList();
    }

    /** Ends the connection to the plugin; the plugin ends with its machine. */
    @Override
    public void close() {
        csi.close();
    }
}
