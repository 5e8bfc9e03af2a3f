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
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            control.execute("chardev-send-break", "{\"id\":\"console\"}");
            channel.write(ByteBuffer.wrap(new byte[] {(byte) key}));
            channel.configureBlocking(false);
            awaitQuiet(channel, limit);
        } catch (IOException e) {
            throw new VmException("cannot reach the console", e);
        }
    }

    /** Takes what comes, so that the guest is not kept waiting for us. */
    private void awaitQuiet(SocketChannel channel, Duration limit) throws IOException {
        ByteBuffer taken = ByteBuffer.allocate(64 * 1024);
        long deadline = System.nanoTime() + limit.toNanos();
        long lastHeard = System.nanoTime();
        boolean heard = false;
        while (System.nanoTime() < deadline) {
            int n = channel.read(taken.clear());
            if (n < 0) {
                return;
            }
            if (n > 0) {
                heard = true;
                lastHeard = System.nanoTime();
            } else if (heard && System.nanoTime() - lastHeard > QUIET.toNanos()) {
                return;
            } else {
                Pause.millis(10);
            }
        }
    }
}
