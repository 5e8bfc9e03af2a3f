package io.dysk.kernel;

import java.nio.file.Path;
import java.time.Duration;

/**
 * A blob that has just been attached.
 *
 * @param index N of /dev/dyskN; used again after a detach
 * @param attachId names this attachment, never used twice while the module is loaded
 * @param number of the block device
 * @param capacityBytes size of the device
 * @param epoch the fence epoch: the blob's sequence number; 0 when read-only
 * @param clockSkew the server's clock minus ours
 */
public record Attachment(
        int index, long attachId, DeviceNumber number, long capacityBytes, long epoch, Duration clockSkew) {

    /** {@code /dev/dyskN}. */
    public Path device() {
        return DeviceNode.path(index);
    }
}
