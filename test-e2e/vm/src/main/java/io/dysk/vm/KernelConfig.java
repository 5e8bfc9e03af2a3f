package io.dysk.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a kernel was built, and what follows for those who wait for it: one that checks each access to its memory is
 * slow, whatever a test does.
 *
 * @param builtIn the options that are "y", without "CONFIG_"
 */
public record KernelConfig(Set<String> builtIn) {

    /** The debug kernel takes about five times as long for the module's tests, with emulation; deadlines have their reserve anyway. */
    private static final int SLOW = 5;

    private static final String PREFIX = "CONFIG_";
    private static final String YES = "=y";
    private static final Map<String, KernelConfig> KNOWN = new ConcurrentHashMap<>();

    public KernelConfig {
        builtIn = Set.copyOf(builtIn);
    }

    /** That of a kernel that setup got: "6.1", "debug". */
    public static KernelConfig of(String kernel) {
        return KNOWN.computeIfAbsent(kernel, name -> read(Workspace.cache().resolve("kernels").resolve(name).resolve("config")));
    }

    /** That of the kernel to test on ({@link VmSpec#defaultKernel()}). */
    public static KernelConfig ofDefault() {
        return of(VmSpec.defaultKernel());
    }

    static KernelConfig read(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return new KernelConfig(lines.filter(line -> line.startsWith(PREFIX) && line.endsWith(YES))
                    .map(line -> line.substring(PREFIX.length(), line.length() - YES.length())).collect(Collectors.toSet()));
        } catch (IOException e) {
            throw new VmException("there is no configuration of the kernel at " + file + ": run test-e2e/setup --kernels "
                    + file.getParent().getFileName(), e);
        }
    }

    /** Whether an option, without "CONFIG_", is built in. */
    public boolean has(String option) {
        return builtIn.contains(option);
    }

    /** Whether it checks each access to its memory. */
    public boolean isSlow() {
        return has("KASAN");
    }

    /** A deadline that fits other kernels, made to fit this one. */
    public Duration patience(Duration deadline) {
        return isSlow() ? deadline.multipliedBy(SLOW) : deadline;
    }
}
