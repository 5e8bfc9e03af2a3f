package io.dysk.node.filesystem;

import io.dysk.kernel.DeviceInfo;
import io.dysk.node.step.StageStep;
import io.dysk.node.system.Disk;
import io.dysk.node.system.Disks;
import io.dysk.node.system.Tools;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.step.Steps;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes a file system so that a device has either our mark or a whole file system at each moment, whenever the machine fails.
 *
 * <p>mkfs wipes the beginning of a device at once and writes the superblock at its end, so one that is cut short leaves data of no known
 * kind. So mkfs works on an image here. Then the mark is written, then all of the image but its first block, then, in one write of one
 * page range, the first block in place of the mark. What an earlier try left is zeroed first, so that a file system of another kind, or
 * with other options, finds the zeros that it relies on.
 */
final class FileSystemMaker {
    private static final long ZERO_PART = 1L << 30;
    /** With the mark in it; replaced by the file system's own in one request. */
    private static final int FIRST_BLOCK = 4096;

    private final Disks disks;
    private final Tools tools;
    private final Path images;

    /** @param images folder for images; made when needed */
    FileSystemMaker(Disks disks, Tools tools, Path images) {
        this.disks = disks;
        this.tools = tools;
        this.images = images;
    }

    /**
     * Makes it. The device must have been proven empty, or to have this volume's mark.
     *
     * @param untouched nothing was ever written to it
     */
    void make(DeviceInfo device, String volumeId, FileSystem fileSystem, List<String> options, boolean untouched, Steps steps) {
        Path file = ImageFile.of(volumeId, images);
        try (ImageFile image = ImageFile.make(file, device.capacityBytes(), fileSystem, options, tools)) {
            write(device.device(), volumeId, image, untouched, steps);
        } catch (IOException e) {
            throw RpcFailure.internal("a file system can't be prepared in " + file + ": " + e.getMessage() + "; see that there is room for some megabytes");
        }
    }

    private void write(Path device, String volumeId, ImageFile image, boolean untouched, Steps steps) throws IOException {
        ByteBuffer first = image.first(FIRST_BLOCK);
        try (Disk disk = disks.open(device, true)) {
            disk.write(0, ByteBuffer.allocate(FIRST_BLOCK).put(FormatMark.of(volumeId)).rewind());
            disk.flush();
            steps.reached(StageStep.MARKED);
            if (!untouched) {
                zeroAllButMark(disk);
                steps.reached(StageStep.ZEROED);
            }
            image.copyTo(disk, FIRST_BLOCK);
            disk.flush();
            steps.reached(StageStep.COPIED);
            disk.write(0, first);
            disk.flush();
            steps.reached(StageStep.FORMATTED);
        } catch (IOException e) {
            throw RpcFailure.internal("its device " + device + " can't be written (" + e.getMessage() + "); look at the device's state in its health and in"
                    + " the kernel log, then try again");
        }
    }

    private static void zeroAllButMark(Disk disk) throws IOException {
        long size = disk.sizeBytes();
        for (long offset = FIRST_BLOCK; offset < size; offset += ZERO_PART) {
            disk.zero(offset, Math.min(ZERO_PART, size - offset));
        }
    }
}
