package io.dysk.node.filesystem;

import io.dysk.kernel.MountOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * ext4. Its superblock is at byte 1024, little endian.
 *
 * <p>Source: the kernel's Documentation/filesystems/ext4; mke2fs(8); e2fsck(8).
 */
record Ext4() implements FileSystem {
    private static final int SUPERBLOCK = 1024;
    private static final int BLOCKS_LOW = SUPERBLOCK + 0x04;
    private static final int LOG_BLOCK_SIZE = SUPERBLOCK + 0x18;
    private static final int STATE = SUPERBLOCK + 0x3a;
    private static final int MOST_MOUNTS = SUPERBLOCK + 0x36;
    private static final int CHECK_INTERVAL = SUPERBLOCK + 0x44;
    private static final int INCOMPATIBLE_FEATURES = SUPERBLOCK + 0x60;
    private static final int BLOCKS_HIGH = SUPERBLOCK + 0x150;
    /** The only bit of the state: unmounted in order, and no error was seen. */
    private static final int CLEAN = 1;
    private static final int NEEDS_RECOVERY = 0x4;
    private static final int HAS_64_BITS = 0x80;

    @Override
    public String type() {
        return "ext4";
    }

    /**
     * The device reads as zeros, so tables that have to be zero need not be written, neither now nor by the kernel after the mount
     * ({@code assume_storage_prezeroed}, e2fsprogs 1.47): 5 MiB are written for 100 GiB, in 0.1 s. With {@code lazy_itable_init=1} it is as
     * little, but the kernel writes 1.6 GiB of zeros after the mount; with 0, mkfs does. Nothing has to be discarded, and nobody needs
     * blocks reserved for root.
     */
    @Override
    public List<String> makeCommand(Path image, List<String> options) {
        return Command.of(List.of("mkfs.ext4", "-F", "-q", "-m", "0", "-E", "nodiscard,assume_storage_prezeroed=1"), options, image);
    }

    /** None where e2fsck would only say "clean": it costs more than all else of a mount. */
    @Override
    public Optional<List<String>> repairCommand(Path device, ByteBuffer head) {
        return isClean(head) ? Optional.empty() : Optional.of(List.of("e2fsck", "-p", device.toString()));
    }

    /** With a journal to be replayed, whatever e2fsck would find is what the journal repairs. */
    @Override
    public Optional<List<String>> inspectCommand(Path device, ByteBuffer head) {
        return needsRecovery(head) || isClean(head) ? Optional.empty() : Optional.of(List.of("e2fsck", "-n", device.toString()));
    }

    /** A file system with checks at times (tune2fs -c, -i) is never clean here: e2fsck knows when it is due. */
    private static boolean isClean(ByteBuffer head) {
        ByteBuffer bytes = little(head);
        boolean checkedAtTimes = bytes.getShort(MOST_MOUNTS) > 0 || bytes.getInt(CHECK_INTERVAL) != 0;
        return bytes.getShort(STATE) == CLEAN && !needsRecovery(head) && !checkedAtTimes;
    }

    private static boolean needsRecovery(ByteBuffer head) {
        return (little(head).getInt(INCOMPATIBLE_FEATURES) & NEEDS_RECOVERY) != 0;
    }

    @Override
    public long sizeBytes(ByteBuffer head) {
        ByteBuffer bytes = little(head);
        long blocks = Integer.toUnsignedLong(bytes.getInt(BLOCKS_LOW));
        if ((bytes.getInt(INCOMPATIBLE_FEATURES) & HAS_64_BITS) != 0) {
            blocks |= Integer.toUnsignedLong(bytes.getInt(BLOCKS_HIGH)) << 32;
        }
        return blocks << 10 + bytes.getInt(LOG_BLOCK_SIZE);
    }

    @Override
    public MountOptions mountOptions(MountOptions given, boolean readOnly) {
        return readOnly ? Options.readOnly(given, "noload") : given;
    }

    @Override
    public List<String> growCommand(Path device, Path mountPoint) {
        return List.of("resize2fs", device.toString());
    }

    private static ByteBuffer little(ByteBuffer head) {
        return head.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }
}
