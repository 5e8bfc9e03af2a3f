package io.dysk.node.filesystem;

import io.dysk.kernel.MountOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * btrfs. Its superblock is at 64 KiB, little endian.
 *
 * <p>A volume and a copy of it can't be mounted on one node at the same time: btrfs takes them for one file system.
 *
 * <p>Source: btrfs-dev-docs, on-disk format; mkfs.btrfs(8).
 */
record Btrfs() implements FileSystem {
    private static final int SUPERBLOCK = 64 * 1024;
    private static final int DEVICE_BYTES = SUPERBLOCK + 0xd1;

    @Override
    public String type() {
        return "btrfs";
    }

    @Override
    public List<String> makeCommand(Path image, List<String> options) {
        return Command.of(List.of("mkfs.btrfs", "-f", "-q", "-K"), options, image);
    }

    /** Mounting replays the log. */
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
        return little(head).getLong(DEVICE_BYTES);
    }

    @Override
    public MountOptions mountOptions(MountOptions given, boolean readOnly) {
        return readOnly ? Options.readOnly(given, "rescue=nologreplay") : given;
    }

    @Override
    public List<String> growCommand(Path device, Path mountPoint) {
        return List.of("btrfs", "filesystem", "resize", "max", mountPoint.toString());
    }

    private static ByteBuffer little(ByteBuffer head) {
        return head.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }
}
