package io.dysk.node.filesystem;

import io.dysk.kernel.MountOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * XFS. Its superblock is at byte 0, big endian.
 *
 * <p>Source: the XFS algorithms and data structures document; mkfs.xfs(8).
 */
record Xfs() implements FileSystem {
    private static final int BLOCK_SIZE = 4;
    private static final int DATA_BLOCKS = 8;

    @Override
    public String type() {
        return "xfs";
    }

    /**
     * Sectors of 4 KiB, as mkfs takes them for the device itself: no write of metadata is smaller. Without what newer tools switch on
     * and kernels before 5.19 can't mount: a volume may be wanted on any node.
     */
    @Override
    public List<String> makeCommand(Path image, List<String> options) {
        return Command.of(List.of("mkfs.xfs", "-f", "-q", "-K", "-s", "size=4096", "-i", "nrext64=0"), options, image);
    }

    /** Mounting replays the log. xfs_repair is for people: it may throw data away. */
    @Override
    public Optional<List<String>> repairCommand(Path device, ByteBuffer head) {
        return Optional.empty();
    }

    @Override
    public Optional<List<String>> inspectCommand(Path device, ByteBuffer head) {
        return Optional.empty();
    }

    @Override
    public long sizeBytes(ByteBuffer head) {
        ByteBuffer bytes = big(head);
        return bytes.getLong(DATA_BLOCKS) * Integer.toUnsignedLong(bytes.getInt(BLOCK_SIZE));
    }

    /** A copy of a volume has the same UUID as the volume; the kernel would refuse the second of them. */
    @Override
    public MountOptions mountOptions(MountOptions given, boolean readOnly) {
        MountOptions options = Options.with(given, "nouuid");
        return readOnly ? Options.readOnly(options, "norecovery") : options;
    }

    @Override
    public List<String> growCommand(Path device, Path mountPoint) {
        return List.of("xfs_growfs", mountPoint.toString());
    }

    private static ByteBuffer big(ByteBuffer head) {
        return head.duplicate().order(ByteOrder.BIG_ENDIAN);
    }
}
