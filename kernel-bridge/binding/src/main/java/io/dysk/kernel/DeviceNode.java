package io.dysk.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Names of devices under /dev, and what is there. */
public final class DeviceNode {

    private static final int FILE_TYPE = 0170000;
    private static final int BLOCK_DEVICE = 0060000;
    private static final Duration POLL = Duration.ofMillis(2);

    private DeviceNode() {}

    /** {@code /dev/dyskN}. */
    public static Path path(int index) {
        return Path.of("/dev/dysk" + Integer.toUnsignedString(index));
    }

    /**
     * The link that udev makes: {@code /dev/disk/by-id/dysk-<account>-<container>-<blob>}, where each byte but letters,
     * digits, '.', '_' and '-' is an underscore. Where no udev runs, there is none.
     */
    public static Path byId(BlobLocation blob) {
        String name = "dysk-" + blob.account() + "-" + blob.container() + "-" + blob.blob();
        StringBuilder safe = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9';
            safe.append(plain || b == '.' || b == '_' || b == '-' ? (char) b : '_');
        }
        return Path.of("/dev/disk/by-id").resolve(safe.toString());
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
