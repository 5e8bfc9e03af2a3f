package io.dysk.node.filesystem;

import io.dysk.node.system.Disk;
import io.dysk.node.system.Disks;
import io.dysk.node.system.Tools;
import io.dysk.rpc.call.RpcFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out what is on a device: by our own read of its beginning and its end, and by blkid. A read that fails is a failure and never
 * "nothing there".
 */
final class Examination {
    /** All that the file systems need to know of themselves; the superblock of btrfs is the last of it. */
    private static final int HEAD = 68 << 10;
    private static final int EDGE = 1 << 20;

    private final Disks disks;
    private final Signatures signatures;

    Examination(Disks disks, Tools tools) {
        this.disks = disks;
        this.signatures = new Signatures(tools);
    }

    /**
     * Looks at a device.
     *
     * @throws RpcFailure INTERNAL if it can't be read
     */
    Contents of(Path device, String volumeId) {
        ByteBuffer head = head(device);
        if (FormatMark.isAt(head, volumeId)) {
            return new Contents.CutShort();
        }
        if (FormatMark.isAnyAt(head)) {
            return new Contents.Foreign("the mark of a file system that was being made for another volume");
        }
        Map<String, String> found = signatures.of(device);
        Optional<String> table = Optional.ofNullable(found.get("PTTYPE"));
        Optional<String> type = Optional.ofNullable(found.get("TYPE"));
        if (table.isPresent()) {
            return new Contents.Foreign("a partition table (" + table.get() + ")");
        }
        if (type.isPresent()) {
            return FileSystem.ALL.stream().filter(known -> known.type().equals(type.get())).findFirst()
                    .<Contents>map(known -> new Contents.Made(known, head)).orElseGet(() -> new Contents.Foreign(describe(type.get())));
        }
        if (!found.isEmpty()) {
            return new Contents.Foreign("something that blkid calls " + found);
        }
        return edgesAreZero(device) ? new Contents.Zero() : new Contents.Foreign("data of no known kind");
    }

    /** The beginning of a device, with all superblocks in it. */
    ByteBuffer head(Path device) {
        return read(device, disk -> {
            ByteBuffer head = disk.read(0, (int) Math.min(HEAD, disk.sizeBytes()));
            // That of a small one is filled up with zeros: the file systems' own offsets are all within.
            return head.remaining() == HEAD ? head : ByteBuffer.allocate(HEAD).put(head).rewind();
        });
    }

    private boolean edgesAreZero(Path device) {
        return read(device, disk -> {
            long size = disk.sizeBytes();
            long edge = Math.min(EDGE, size);
            return Zeros.are(disk, 0, edge) && Zeros.are(disk, size - edge, edge);
        });
    }

    private static String describe(String type) {
        return switch (type) {
            case "crypto_LUKS" -> "an encrypted volume (LUKS)";
            case "LVM2_member" -> "a physical volume of LVM";
            case "swap" -> "swap space";
            default -> "a file system or container of type " + type;
        };
    }

    private interface Reading<T> {
        T of(Disk disk) throws IOException;
    }

    private <T> T read(Path device, Reading<T> reading) {
        try (Disk disk = disks.open(device, false)) {
            return reading.of(disk);
        } catch (IOException e) {
            throw RpcFailure.internal("its device " + device + " can't be read (" + e.getMessage() + "), so nobody knows what is on it; it is left as it is."
                    + " Look at the device's state in its health and in the kernel log");
        }
    }
}
