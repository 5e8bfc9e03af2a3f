package io.dysk.vm;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * The guest's serial console. All it says is kept in a file, by QEMU and so to the last character; we say something
 * only for SysRq, which works while the kernel takes interrupts, whatever hangs above.
 */
final class Console {

    private static final Duration QUIET = Duration.ofMillis(300);

    private final Path socket;
    private final Path log;
    private final QemuControl control;

    Console(Path socket, Path log, QemuControl control) {
        this.socket = socket;
        this.log = log;
        this.control = control;
    }

    /** All it has said. */
    String text() {
        try {
            return Files.exists(log) ? new String(Files.readAllBytes(log), StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new VmException("cannot read " + log, e);
        }
    }

    /** The last lines. */
    String tail(int lines) {
        String[] all = text().split("\r?\n");
        int from = Math.max(0, all.length - lines);
        return String.join("\n", Arrays.copyOfRange(all, from, all.length));
    }

    /**
     * Presses a SysRq key (Documentation/admin-guide/sysrq.rst) and waits until its answer is in the log, at most for
     * the limit.
     */
    void sysrq(char key, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            long before = length();
            channel.connect(UnixDomainSocketAddress.of(socket));
            control.execute("chardev-send-break", "{\"id\":\"console\"}");
            channel.write(ByteBuffer.wrap(new byte[] {(byte) key}));
            channel.configureBlocking(false);
            ByteBuffer taken = ByteBuffer.allocate(64 * 1024);
            // What comes is taken, and the line closed as soon as it works: the guest must not be kept waiting for us.
            while (length() == before && System.nanoTime() < deadline && channel.read(taken.clear()) >= 0) {
                Pause.millis(1);
            }
        } catch (IOException e) {
            throw new VmException("cannot reach the console", e);
        }
        awaitQuiet(deadline);
    }

    private void awaitQuiet(long deadline) {
        long length = length();
        long since = System.nanoTime();
        while (System.nanoTime() < deadline && System.nanoTime() - since < QUIET.toNanos()) {
            Pause.millis(10);
            if (length() != length) {
                length = length();
                since = System.nanoTime();
            }
        }
    }

    private long length() {
        return log.toFile().length();
    }
}
