package io.dysk.kernel;

import java.util.List;

/**
 * The dysk module's control interface.
 *
 * <p>Safe for use by many threads; holds nothing open between calls, so the module can be unloaded and upgraded while
 * this object lives. Every call blocks its thread: {@link #attach} and {@link #resize} for as long as the network takes
 * (bounded by the request's time-out), an orderly {@link #detach} until dirty data are written back, the others for
 * microseconds. Blocked threads can't be interrupted; on a virtual thread they pin the carrier.
 *
 * <p>All calls need CAP_SYS_ADMIN. All throw {@link ModuleException} if the module isn't loaded or has another ABI, and
 * {@link DyskException} if it refuses.
 *
 * <p>Source: {@code kernel-bridge/module/uapi/dysk.h}.
 */
public interface DyskControl {

    /** The module's control device. */
    String DEVICE = "/dev/dysk";

    /** As {@code attachId}: whatever attachment has that index. */
    long ANY_ATTACHMENT = 0;

    /** The control interface of this machine. Touches nothing until the first call. */
    static DyskControl system() {
        return new IoctlDyskControl(JnrLibC::get);
    }

    /** What the loaded module is. */
    ModuleVersion version();

    /**
     * Makes a block device of a page blob: connects, checks the blob, raises the fence, adds the disk. When it fails
     * there is no device, and the exception says why, with the service's answer.
     *
     * <p>Not idempotent: attaching a blob that is attached here fails with {@link Reason#EXISTS}.
     */
    Attachment attach(AttachRequest request);

    /**
     * Removes a device. Orderly, it is refused (EBUSY) while somebody has it open, else dirty data are written back
     * first. With force, pending and later I/O fails, open or not: data not yet written are lost.
     *
     * @param attachId refuse (ESTALE) unless the index still has this attachment; {@link #ANY_ATTACHMENT}: any
     */
    void detach(int index, long attachId, boolean force);

    /** One device. */
    DeviceInfo get(int index);

    /** All devices in order of their index; not a snapshot if others attach and detach meanwhile. */
    List<DeviceInfo> list();

    /**
     * Changes credentials, addresses or limits while I/O goes on.
     *
     * @param attachId as in {@link #detach}
     */
    void update(int index, long attachId, DeviceUpdate update);

    /**
     * Takes over the blob's present size, which the owner of the volume has changed. Idempotent.
     *
     * @param attachId as in {@link #detach}
     * @return the device's size in bytes now
     */
    long resize(int index, long attachId);

    /**
     * Counters since attach.
     *
     * @param attachId as in {@link #detach}
     */
    DeviceStats stats(int index, long attachId);
}
