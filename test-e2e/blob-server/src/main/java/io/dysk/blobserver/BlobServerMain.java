package io.dysk.blobserver;

import io.dysk.blobserver.auth.Accounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Runs a server until it is killed; prints "ready PORT" when it answers. */
public final class BlobServerMain {
    private static final String USAGE = """
            usage: run [--host ADDRESS] [--port N] [--control-port N] [--account NAME[=KEY]]...
                       [--premium NAME]... [--directory DIR [--sync]] [--seed N] [--verbose]

            A page-blob endpoint for tests and benchmarks. Prints "ready PORT" when it answers.
              --host ADDRESS        address to listen on (127.0.0.1)
              --port N              port to listen on; 0 takes a free one (10000)
              --control-port N      second port for control requests alone
              --account NAME=KEY    a storage account with its base64 key; NAME=@FILE reads the
                                    key from a file, NAME alone from the variable BLOB_SERVER_KEY
                                    (devstoreaccount1 with the emulator's key)
              --premium NAME        an account that is a premium one: page blobs have tiers, and 100
                                    snapshots at most
              --directory DIR       keep blobs in DIR (in memory)
              --sync                with --directory: answer only when the disk has it
              --seed N              of what is left to chance: requests hit by faults, latencies (1)
              --verbose             a line on standard error for every request
            """;

    private BlobServerMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        try {
            BlobServerConfig config = parse(arguments);
            if (config == null) {
                System.out.print(USAGE);
                return;
            }
            BlobServer server = BlobServer.start(config);
            System.out.println("ready " + server.port());
            System.out.flush();
            Thread.currentThread().join();
        } catch (IllegalArgumentException e) {
            System.err.println("blob-server: " + e.getMessage());
            System.exit(2);
        } catch (IOException e) {
            System.err.println("blob-server: can't start: " + e.getMessage());
            System.exit(1);
        }
    }

    /** Null if help is wanted. */
    static BlobServerConfig parse(String... arguments) throws IOException {
        BlobServerConfig config = BlobServerConfig.defaults().withPort(10_000);
        Map<String, String> accounts = new HashMap<>();
        Set<String> premium = new HashSet<>();
        Path directory = null;
        boolean sync = false;
        for (int i = 0; i < arguments.length; i++) {
            String option = arguments[i];
            switch (option) {
                case "--help" -> {
                    return null;
                }
                case "--sync" -> sync = true;
                case "--verbose" -> config = config.withVerbose(System.err::println);
                default -> {
                    if (++i == arguments.length) {
                        throw new IllegalArgumentException(
                                "unknown option, or one without its value: " + option.replaceAll("=.*", "=...") + "; see --help");
                    }
                    String value = arguments[i];
                    switch (option) {
                        case "--host" -> config = config.withHost(value);
                        case "--port" -> config = config.withPort(port(option, value));
                        case "--control-port" -> config = config.withControlPort(port(option, value));
                        case "--account" -> addAccount(accounts, value);
                        case "--premium" -> premium.add(value);
                        case "--seed" -> config = config.withSeed(seed(value));
                        case "--directory" -> directory = Path.of(value);
                        default -> throw new IllegalArgumentException("unknown option " + option + "; see --help");
                    }
                }
            }
        }
        if (sync && directory == null) {
            throw new IllegalArgumentException("--sync needs --directory");
        }
        return config.withAccounts(accounts.isEmpty() ? config.accounts() : accounts, premium).withDirectory(directory, sync);
    }

    private static long seed(String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--seed must be a number");
        }
    }

    private static int port(String option, String value) {
        if (!value.matches("\\d{1,5}") || Integer.parseInt(value) > 65_535) {
            throw new IllegalArgumentException(option + " must be 0 to 65535");
        }
        return Integer.parseInt(value);
    }

    private static void addAccount(Map<String, String> accounts, String value) throws IOException {
        int equals = value.indexOf('=');
        String name = equals < 0 ? value : value.substring(0, equals);
        if (!name.matches("[a-z0-9]{3,24}")) {
            throw new IllegalArgumentException("--account: a name has 3 to 24 of a-z and 0-9");
        }
        String key = equals < 0 ? System.getenv("BLOB_SERVER_KEY") : value.substring(equals + 1);
        if (key == null && name.equals(Accounts.EMULATOR)) {
            key = Accounts.EMULATOR_KEY;
        }
        if (key == null) {
            throw new IllegalArgumentException("--account " + name + " has no key and BLOB_SERVER_KEY is not set");
        }
        accounts.put(name, key.startsWith("@") ? Files.readString(Path.of(key.substring(1))).strip() : key);
    }
}
