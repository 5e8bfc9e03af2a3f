package io.dysk.vm;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** QEMU's own control socket (QMP). One connection for each use: it is used rarely, and QEMU takes one at a time. */
final class QemuControl {

    private final Path socket;

    QemuControl(Path socket) {
        this.socket = socket;
    }

    /**
     * Executes one command.
     *
     * @param command its name
     * @param arguments a JSON object
     * @throws VmException when QEMU refuses it or is gone
     */
    synchronized void execute(String command, String arguments) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            BufferedReader in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            in.readLine(); // its greeting
            exchange(channel, in, "{\"execute\":\"qmp_capabilities\"}");
            exchange(channel, in, "{\"execute\":\"" + command + "\",\"arguments\":" + arguments + "}");
        } catch (IOException e) {
            throw new VmException("cannot tell QEMU to " + command, e);
        }
    }

    /** Answers are objects with "return" or "error", a line each; events come in between. */
    private static void exchange(SocketChannel channel, BufferedReader in, String request) throws IOException {
        channel.write(ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8)));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.startsWith("{\"return\"")) {
                return;
            }
            if (line.startsWith("{\"error\"")) {
                throw new VmException("QEMU refused " + request + ": " + line);
            }
        }
        throw new IOException("QEMU is gone");
    }
}
