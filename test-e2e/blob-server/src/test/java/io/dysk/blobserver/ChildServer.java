package io.dysk.blobserver;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The server in a process of its own, which can be killed. */
final class ChildServer implements AutoCloseable {
    private final Process process;
    private final int port;

    private ChildServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static ChildServer start(String... options) throws IOException {
        return start(1024, options);
    }

    /** With so many MiB for blobs and buffers. What it says on standard error is part of the test's output. */
    static ChildServer startWithMemory(int mebibytes) throws IOException {
        return start(mebibytes);
    }

    private static ChildServer start(int mebibytes, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:MaxDirectMemorySize=" + mebibytes + "m",
                "-cp", System.getProperty("java.class.path"),
                BlobServerMain.class.getName(),
                "--port", "0"));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader output = process.inputReader()) {
            String line = output.readLine();
            if (line == null || !line.startsWith("ready ")) {
                process.destroyForcibly();
                throw new IOException("the server did not start: " + line);
            }
            return new ChildServer(process, Integer.parseInt(line.substring(6)));
        }
    }

    int port() {
        return port;
    }

    /** kill -9 */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
