package io.dysk.blobserver;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/** Azurite as a child process, by way of test-e2e/azurite/run. */
final class Azurite implements AutoCloseable {
    private final Process process;
    private final int port;

    private Azurite(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts it and waits until it answers; fails with what its launcher says, such as how to install it. */
    static Azurite start() throws IOException {
        int port = freePort();
        Process process = new ProcessBuilder(launcher().toString(), "--port", Integer.toString(port), "--in-memory")
                .redirectErrorStream(true)
                .start();
        StringBuilder said = new StringBuilder();
        BufferedReader output = process.inputReader();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.equals("ready " + port)) {
                Thread.ofPlatform().daemon(true).start(() -> drain(output));
                return new Azurite(process, port);
            }
            said.append(line).append('\n');
        }
        throw new IOException("Azurite did not start; it said:\n" + said);
    }

    int port() {
        return port;
    }

    private static void drain(BufferedReader output) {
        try (output) {
            while (output.readLine() != null) {
                // Nobody reads it, but a full pipe would stop the server.
            }
        } catch (IOException e) {
            // Azurite was ended.
        }
    }

    private static Path launcher() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("test-e2e/azurite/run"))) {
            here = here.getParent();
        }
        return here.resolve("test-e2e/azurite/run");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
