package io.dysk.node.filesystem;

import io.dysk.kernel.DeviceInfo;
import io.dysk.node.step.StageStep;
import io.dysk.node.system.Disk;
import io.dysk.node.system.Disks;
import io.dysk.node.system.ToolResult;
import io.dysk.node.system.Tools;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.step.Steps;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Makes a file system so that being cut short at any point shows: the device is marked first, and the mark goes when all is done. What an
 * earlier try left is zeroed, so that a file system of another kind or with other options finds the zeros that it relies on.
 */
final class FileSystemMaker {
    private static final Duration LIMIT = Duration.ofMinutes(15);
    private static final long ZERO_PART = 1L << 30;
    /** The mark and zeros: a whole sector, however large the sectors are. */
    private static final int FIRST_BLOCK = 4096;

    private final Disks disks;
    private final Tools tools;

    FileSystemMaker(Disks disks, Tools tools) {
        this.disks = disks;
        this.tools = tools;
    }

    /**
     * Makes it. The device must have been proven empty, or to hold nothing but a cut short try.
     *
     * @param untouched nothing was ever written to it
     */
    void make(DeviceInfo device, String volumeId, FileSystem fileSystem, List<String> options, boolean untouched, Steps steps) {
        Path path = device.device();
        try (Disk disk = disks.open(path, true)) {
            disk.write(0, FormatMark.of(volumeId));
            steps.reached(StageStep.MARKED);
            if (!untouched) {
                zeroAllButMark(disk, volumeId);
                steps.reached(StageStep.ZEROED);
            }
        } catch (IOException e) {
            throw unwritable(path, e);
        }
        ToolResult result = tools.run(fileSystem.makeCommand(path, options), LIMIT);
        if (result.exitCode() != 0) {
            throw RpcFailure.internal("mkfs." + fileSystem.type() + " failed (exit code " + result.exitCode() + "): " + result.words()
                    + (options.isEmpty() ? "" : ". The StorageClass's mkfsOptions are " + String.join(" ", options)));
        }
        steps.reached(StageStep.FORMATTED);
        clearMark(path, volumeId);
        steps.reached(StageStep.MARK_CLEARED);
    }

    private static void zeroAllButMark(Disk disk, String volumeId) throws IOException {
        disk.write(0, ByteBuffer.allocate(FIRST_BLOCK).put(FormatMark.of(volumeId)).rewind());
        long size = disk.sizeBytes();
        for (long offset = FIRST_BLOCK; offset < size; offset += ZERO_PART) {
            disk.zero(offset, Math.min(ZERO_PART, size - offset));
        }
    }

    private void clearMark(Path path, String volumeId) {
        try (Disk disk = disks.open(path, true)) {
            if (FormatMark.isAt(disk.read(0, FormatMark.BYTES), volumeId)) {
                disk.write(0, ByteBuffer.allocate(FormatMark.BYTES));
            }
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    private static RpcFailure unwritable(Path path, IOException e) {
        return RpcFailure.internal("its device " + path + " can't be written (" + e.getMessage() + "); look at the device's state in its health and in the"
                + " kernel log, then try again");
    }
}
