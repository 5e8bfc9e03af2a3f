package io.dysk.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Names of devices under /dev, and what is there. */
public final class DeviceNode {

    private static final int FILE_TYPE = 0170000;
    private static final int BLOCK_DEVICE = 0060000;
    private static final Path SYSFS = Path.of("/sys/block");
    private static final Path BY_ID = Path.of("/dev/disk/by-id");
    private static final Duration POLL = Duration.ofMillis(2);

    private DeviceNode() {}

    /** {@code /dev/dyskN}. */
    public static Path path(int index) {
        return Path.of("/dev/dysk" + Integer.toUnsignedString(index));
    }

    /**
     * The link that udev makes in /dev/disk/by-id, by the blob's name; the module says how it is written. Whether it is
     * there is another question: where no udev runs, it isn't.
     *
     * @return empty if the device isn't there
     */
    public static Optional<Path> byId(int index) {
        return byId(SYSFS, index);
    }

    static Optional<Path> byId(Path sysfs, int index) {
        try {
            Path attribute = sysfs.resolve("dysk" + Integer.toUnsignedString(index)).resolve("dysk/by_id");
            return Optional.of(BY_ID.resolve("dysk-" + Files.readString(attribute).strip()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The number of the block device at {@code path}; empty if there is none (yet). Follows links. */
    public static Optional<DeviceNumber> number(Path path) {
        try {
            Map<String, Object> attributes = Files.readAttributes(path, "unix:mode,rdev");
            boolean block = ((int) attributes.get("mode") & FILE_TYPE) == BLOCK_DEVICE;
            return block ? Optional.of(DeviceNumber.ofRdev((long) attributes.get("rdev"))) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Waits until {@code path} is the block device {@code number}. Blocks up to {@code timeout}.
     *
     * @return whether it is
     * @throws InterruptedException if the thread was interrupted
     */
    public static boolean await(Path path, DeviceNumber number, Duration timeout) throws InterruptedException {
        long start = System.nanoTime();
        while (!number(path).equals(Optional.of(number))) {
            if (System.nanoTime() - start >= timeout.toNanos()) {
                return false;
            }
            Thread.sleep(POLL);
        }
        return true;
    }
}
