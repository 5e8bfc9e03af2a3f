package io.dysk.kernelsuite.hangs;

import io.dysk.kernelsuite.Device;
import io.dysk.kernelsuite.Endpoint;
import io.dysk.kernelsuite.Node;
import io.dysk.kernelsuite.PageBlob;
import io.dysk.kernelsuite.Relay;
import io.dysk.kernelsuite.Until;
import io.dysk.vm.Command;
import io.dysk.vm.RunningCommand;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * A device whose endpoint gets into trouble.
 *
 * @param trouble which
 * @param blob behind the device
 * @param relay its only way there
 * @param device attached to it
 */
record Troubled(Trouble trouble, PageBlob blob, Relay relay, Device device) {
    /** The smallest in which XFS makes a file system. */
    private static final long BYTES = 320L << 20;
    /** More than {@link #dirty} leaves, and little enough to wait for. */
    private static final String FILL = "dd if=/dev/zero bs=64k count=8 ";
    private static final Duration PREPARING = Duration.ofSeconds(120);

    /** In the module's terms. */
    static final String FOR_EVER = "4294967295";

    /**
     * One device for each kind of trouble; all is well with them yet.
     *
     * @param name blobs get names that begin so
     * @param patienceSeconds no_path_timeout of the devices
     */
    static List<Troubled> attachAll(Node node, Endpoint endpoint, String name, String patienceSeconds) {
        return Arrays.stream(Trouble.values()).map(trouble -> {
            PageBlob blob = endpoint.create(name + "-" + trouble, BYTES);
            Relay relay = Relay.to(endpoint);
            return new Troubled(trouble, blob, relay, node.attach(blob.attach().atPort(relay.port()).with("conns", 4)
                    .with("request_ms", Trouble.REQUEST.toMillis()).with("no_path_s", patienceSeconds)));
        }).toList();
    }

    /** Makes file systems on all of them and mounts them. */
    static void mountAll(List<Troubled> all, String fileSystem) {
        List<RunningCommand> made = all.stream().map(one -> one.start("mkfs." + fileSystem + " -q " + one.device.path()
                + " && mkdir -p " + one.directory() + " && mount " + one.device.path() + " " + one.directory()
                + " && echo here > " + one.directory() + "/here && sync -f " + one.directory(), PREPARING)).toList();
        for (RunningCommand command : made) {
            if (!command.await().succeeded()) {
                throw new AssertionError("no file system: " + command.await());
            }
        }
        all.getFirst().device.node().settle();
    }

    /** From now on nothing is well. */
    static void beginAll(List<Troubled> all) {
        all.forEach(one -> one.trouble.begin(one.blob, one.relay));
    }

    /** Writes to the mounted file system, again and again, until it fails; waits until the device has something to wait for. */
    RunningCommand keepWriting(Duration atMost) {
        RunningCommand writer = start("cd " + directory() + " && while " + FILL + "of=busy conv=fsync,notrunc 2> /dev/null; do :; done", atMost);
        device.node().vm().output(Until.inFlight(device, 1));
        return writer;
    }

    /** Leaves data in memory that the file system has to write, and nothing open. */
    void dirty() {
        device.node().vm().output(FILL + "of=" + directory() + "/dirty 2> /dev/null");
    }

    /** Where it is mounted. */
    String directory() {
        return "/mnt/" + trouble;
    }

    RunningCommand start(String line, Duration atMost) {
        return device.node().vm().start(Command.of(line).within(atMost));
    }

    @Override
    public String toString() {
        return trouble.toString();
    }
}
