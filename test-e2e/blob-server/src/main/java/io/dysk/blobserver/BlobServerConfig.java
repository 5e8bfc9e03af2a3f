package io.dysk.blobserver;

import io.dysk.blobserver.auth.Accounts;
import io.dysk.blobserver.blob.AppliedWrites;
import io.dysk.blobserver.fault.Faults;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * How a server is to be. Start from {@link #defaults} and change what matters.
 *
 * @param host address to listen on
 * @param port to listen on; 0 takes a free one
 * @param controlPort second port that takes control requests only, and works when the first is made to refuse;
 *     0 takes a free one, -1 opens none
 * @param accounts account names with their keys in base64
 * @param premium names of the accounts that are premium ones: their page blobs have tiers, and 100 snapshots at most
 * @param directory where blobs are kept; null keeps them in memory
 * @param sync whether every change waits for the disk; without it, changes survive the process but maybe not the machine
 * @param faults asked about every request before those ordered over HTTP are; {@link Faults#NONE} mostly
 * @param logCapacity how many applied changes the write log keeps
 * @param logData whether it keeps the bytes of writes, too
 * @param time UNIX milliseconds
 * @param verbose gets a line for every request, or null
 * @param watcher told of every applied change, or null
 * @param seed of all that is left to chance: which requests a fault of some probability hits, how much latency varies
 */
public record BlobServerConfig(
        String host,
        int port,
        int controlPort,
        Map<String, String> accounts,
        Set<String> premium,
        Path directory,
        boolean sync,
        Faults faults,
        int logCapacity,
        boolean logData,
        LongSupplier time,
        Consumer<String> verbose,
        AppliedWrites watcher,
        long seed) {

    public BlobServerConfig {
        Objects.requireNonNull(host);
        Objects.requireNonNull(faults);
        Objects.requireNonNull(time);
        accounts = Map.copyOf(accounts);
        premium = Set.copyOf(premium);
        if (!accounts.keySet().containsAll(premium)) {
            throw new IllegalArgumentException("premium accounts must be accounts: " + premium);
        }
        if (logCapacity < 1) {
            throw new IllegalArgumentException("the write log must keep at least one change: " + logCapacity);
        }
    }

    /** In memory, on a free port of 127.0.0.1, with the emulator's account. */
    public static BlobServerConfig defaults() {
        return new BlobServerConfig(
                "127.0.0.1",
                0,
                -1,
                Map.of(Accounts.EMULATOR, Accounts.EMULATOR_KEY),
                Set.of(),
                null,
                false,
                Faults.NONE,
                1 << 16,
                false,
                System::currentTimeMillis,
                null,
                null,
                1);
    }

    public BlobServerConfig withHost(String value) {
        return new BlobServerConfig(
                value, port, controlPort, accounts, premium, directory, sync, faults, logCapacity, logData, time, verbose,
                watcher, seed);
    }

    public BlobServerConfig withPort(int value) {
        return new BlobServerConfig(
                host, value, controlPort, accounts, premium, directory, sync, faults, logCapacity, logData, time, verbose,
                watcher, seed);
    }

    public BlobServerConfig withControlPort(int value) {
        return new BlobServerConfig(
                host, port, value, accounts, premium, directory, sync, faults, logCapacity, logData, time, verbose,
                watcher, seed);
    }

    public BlobServerConfig withAccounts(Map<String, String> value) {
        return new BlobServerConfig(
                host, port, controlPort, value, Set.of(), directory, sync, faults, logCapacity, logData, time, verbose,
                watcher, seed);
    }

    /** These accounts, and which of them are premium ones. */
    public BlobServerConfig withAccounts(Map<String, String> value, Set<String> andPremium) {
        return new BlobServerConfig(
                host, port, controlPort, value, andPremium, directory, sync, faults, logCapacity, logData, time, verbose,
                watcher, seed);
    }

    public BlobServerConfig withDirectory(Path value, boolean andSync) {
        return new BlobServerConfig(
                host, port, controlPort, accounts, premium, value, andSync, faults, logCapacity, logData, time, verbose,
                watcher, seed);
    }

    public BlobServerConfig withFaults(Faults value) {
        return new BlobServerConfig(
                host, port, controlPort, accounts, premium, directory, sync, value, logCapacity, logData, time, verbose,
                watcher, seed);
    }

    public BlobServerConfig withLog(int capacity, boolean data) {
        return new BlobServerConfig(
                host, port, controlPort, accounts, premium, directory, sync, faults, capacity, data, time, verbose,
                watcher, seed);
    }

    public BlobServerConfig withTime(LongSupplier value) {
        return new BlobServerConfig(
                host, port, controlPort, accounts, premium, directory, sync, faults, logCapacity, logData, value, verbose,
                watcher, seed);
    }

    public BlobServerConfig withVerbose(Consumer<String> value) {
        return new BlobServerConfig(
                host, port, controlPort, accounts, premium, directory, sync, faults, logCapacity, logData, time, value,
                watcher, seed);
    }

    /** With somebody to be told of every applied change; null for nobody. */
    public BlobServerConfig withWatcher(AppliedWrites value) {
        return new BlobServerConfig(
                host, port, controlPort, accounts, premium, directory, sync, faults, logCapacity, logData, time, verbose,
                value, seed);
    }

    public BlobServerConfig withSeed(long value) {
        return new BlobServerConfig(
                host, port, controlPort, accounts, premium, directory, sync, faults, logCapacity, logData, time, verbose,
                watcher, value);
    }

    /** Without the keys. */
    @Override
    public String toString() {
        return "BlobServerConfig[" + host + ":" + port + ", accounts " + accounts.keySet()
                + (directory == null ? ", in memory]" : ", in " + directory + "]");
    }
}
