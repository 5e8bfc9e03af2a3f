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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
     * @return QEMU's answer, a JSON object on one line
     * @throws VmException when QEMU refuses it or is gone
     */
    synchronized String execute(String command, String arguments) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            BufferedReader in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            in.readLine(); // its greeting
            exchange(channel, in, "{\"execute\":\"qmp_capabilities\"}");
            return exchange(channel, in, "{\"execute\":\"" + command + "\",\"arguments\":" + arguments + "}");
        } catch (IOException e) {
            throw new VmException("cannot tell QEMU to " + command, e);
        }
    }

    /** The port of the host's 127.0.0.1 that leads to a port of the guest. */
    int forwardedPort(int guestPort) {
        String forwards = execute("human-monitor-command", "{\"command-line\":\"info usernet\"}");
        // A line for each: TCP[HOST_FORWARD] 12 127.0.0.1 40123 10.0.2.15 9000 0 0
        Matcher found = Pattern.compile("HOST_FORWARD]\\s+\\d+\\s+127\\.0\\.0\\.1\\s+(\\d+)\\s+\\S+\\s+" + guestPort + "\\s")
                .matcher(forwards);
        if (!found.find()) {
            throw new VmException("port " + guestPort + " is not forwarded: " + forwards);
        }
        return Integer.parseInt(found.group(1));
    }

    /** Answers are objects with "return" or "error", a line each; events come in between. */
    private static String exchange(SocketChannel channel, BufferedReader in, String request) throws IOException {
        channel.write(ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8)));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.startsWith("{\"return\"")) {
                return line;
            }
            if (line.startsWith("{\"error\"")) {
                throw new VmException("QEMU refused " + request + ": " + line);
            }
        }
        throw new IOException("QEMU is gone");
    }
}
