package io.dysk.blob;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dysk.blobserver.auth.Accounts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Azurite, started once for all tests of this JVM; it ends when the JVM does. */
final class Azurite implements BlobService {
    private static final Path COMMANDS = Path.of(System.getProperty("dysk.azurite", "../../test-e2e/azurite"));

    private static Azurite running;

    private final int port;

    private Azurite(int port) {
        this.port = port;
    }

    static synchronized Azurite running() {
        if (running == null) {
            running = start();
        }
        return running;
    }

    /** Another one, which ends when the JVM does. */
    static Azurite start(String... options) {
        try {
            int port;
            try (ServerSocket free = new ServerSocket(0)) {
                port = free.getLocalPort();
            }
            List<String> command = new ArrayList<>(List.of(COMMANDS.resolve("run").toString(), "--port", Integer.toString(port)));
            command.addAll(List.of(options));
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("AZURITE_ACCOUNTS",
                    Accounts.EMULATOR + ":" + Accounts.EMULATOR_KEY + ";" + SecondAccount.NAME + ":" + SecondAccount.KEY);
            Process process = builder.start();
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(process::destroy));
            BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
            StringBuilder said = new StringBuilder();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.equals("ready " + port)) {
                    Thread.ofVirtual().start(() -> output.lines().forEach(ignored -> {}));
                    return new Azurite(port);
                }
                said.append(line).append('\n');
            }
            throw new AssertionError("Azurite doesn't start; install it with test-e2e/azurite/setup. It said:\n" + said);
        } catch (IOException e) {
            throw new UncheckedIOException("Azurite doesn't start; install it with test-e2e/azurite/setup", e);
        }
    }

    @Override
    public BlobAccount account() {
        return BlobAccount.ofConnectionString("UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://127.0.0.1:" + port);
    }

    @Override
    public BlobAccount otherAccount() {
        return SecondAccount.at(port);
    }

    int port() {
        return port;
    }

    @Override
    public Set<Quirk> quirks() {
        return EnumSet.allOf(Quirk.class);
    }
}
