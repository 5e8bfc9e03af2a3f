package io.dysk.kernel;

import java.nio.ByteBuffer;

/** {@code struct dysk_detach}. */
final class DetachStruct {

    static final Layout LAYOUT = new Layout("dysk_detach");
    static final Layout.U32 SIZE = LAYOUT.u32("size");
    static final Layout.U32 FLAGS = LAYOUT.u32("flags");
    static final Layout.U32 INDEX = LAYOUT.u32("index");
    static final Layout.U32 REASON = LAYOUT.u32("reason");
    static final Layout.U64 ATTACH_ID = LAYOUT.u64("attach_id");

    private DetachStruct() {}

    static ByteBuffer request(int index, long attachId, boolean force) {
        ByteBuffer memory = LAYOUT.allocate();
        SIZE.set(memory, 0, LAYOUT.size());
        FLAGS.set(memory, 0, force ? DyskAbi.DETACH_FORCE : 0);
        INDEX.set(memory, 0, index);
        ATTACH_ID.set(memory, 0, attachId);
        return memory;
    }

    static DyskException failure(ByteBuffer memory, Errno errno, int index) {
        return new DyskException(
                "detach", DeviceNode.path(index).toString(), errno, Reason.of(REASON.get(memory, 0)), 0, "");
    }
}
