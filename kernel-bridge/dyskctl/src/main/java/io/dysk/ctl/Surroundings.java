package io.dysk.ctl;

import io.dysk.blob.BlobAccount;
import io.dysk.blob.PageBlobStore;
import io.dysk.kernel.DeviceNumber;
import io.dysk.kernel.DyskControl;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * What commands work with: this machine, or what a test puts in its place.
 *
 * @param environment variables
 * @param dysk the kernel module
 * @param stores opens an account's page blobs; the only way to the Azure SDK
 * @param devices names under /dev
 * @param machine facts of this machine
 * @param nanoTime a clock for measuring
 * @param confirm asks the user a question; false also when there is nobody to ask
 * @param redaction knows the secrets
 * @param out results; secrets are taken out
 * @param err messages; secrets are taken out
 */
record Surroundings(
        Map<String, String> environment,
        DyskControl dysk,
        Function<BlobAccount, PageBlobStore> stores,
        Devices devices,
        Machine machine,
        LongSupplier nanoTime,
        Predicate<String> confirm,
        Redaction redaction,
        PrintWriter out,
        PrintWriter err) {

    /** Names under /dev. */
    interface Devices {
        /** The link that udev makes for a device, whether it is there or not; empty if the device isn't there. */
        Optional<Path> byId(int index);

        /** Waits until a path is a block device; says whether it is. */
        boolean await(Path path, DeviceNumber number, Duration timeout) throws InterruptedException;
    }

    /** Facts of this machine. */
    interface Machine {
        /** The name it goes by, as {@code uname -n} says. */
        String hostName();

        /** The kernel's release, as {@code uname -r} says. */
        String kernelRelease();

        /** Whether udev makes links under /dev/disk. */
        boolean runsUdev();

        /** Where a symbolic link leads; the path itself if it isn't one. */
        Path resolveLink(Path path);
    }
}
