package io.dysk.node.filesystem;

import io.dysk.kernel.MountOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * ext4. Its superblock is at byte 1024, little endian; mkfs leaves what is before it alone.
 *
 * <p>Source: the kernel's Documentation/filesystems/ext4; mke2fs(8); e2fsck(8).
 */
record Ext4() implements FileSystem {
    private static final int SUPERBLOCK = 1024;
    private static final int BLOCKS_LOW = SUPERBLOCK + 0x04;
    private static final int LOG_BLOCK_SIZE = SUPERBLOCK + 0x18;
    private static final int INCOMPATIBLE_FEATURES = SUPERBLOCK + 0x60;
    private static final int BLOCKS_HIGH = SUPERBLOCK + 0x150;
    private static final int NEEDS_RECOVERY = 0x4;
    private static final int HAS_64_BITS = 0x80;

    @Override
    public String type() {
        return "ext4";
    }

    /**
     * The device reads as zeros, so tables that have to be zero need not be written, neither now nor by the kernel after the mount
     * ({@code assume_storage_prezeroed}, e2fsprogs 1.47); nothing has to be discarded; and nobody needs blocks reserved for root.
     */
    @Override
    public List<String> makeCommand(Path device, List<String> options) {
        return Command.of(List.of("mkfs.ext4", "-F", "-q", "-m", "0", "-E", "nodiscard,assume_storage_prezeroed=1"), options, device);
    }

    /** It says nothing of it by itself: the superblock is the last that mkfs writes. Our own mark says it. */
    @Override
    public boolean cutShort(ByteBuffer head) {
        return false;
    }

    @Override
    public Optional<List<String>> repairCommand(Path device) {
        return Optional.of(List.of("e2fsck", "-p", device.toString()));
    }

    /** With a journal to be replayed, whatever e2fsck would find is what the journal repairs. */
    @Override
    public Optional<List<String>> inspectCommand(Path device, ByteBuffer head) {
        boolean replay = (little(head).getInt(INCOMPATIBLE_FEATURES) & NEEDS_RECOVERY) != 0;
        return replay ? Optional.empty() : Optional.of(List.of("e2fsck", "-n", device.toString()));
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
