package io.dysk.kernel;

import java.nio.ByteBuffer;

/** {@code struct dysk_resize}. */
final class ResizeStruct {

    static final Layout LAYOUT = new Layout("dysk_resize");
    static final Layout.U32 SIZE = LAYOUT.u32("size");
    static final Layout.U32 FLAGS = LAYOUT.u32("flags");
    static final Layout.U32 INDEX = LAYOUT.u32("index");
    static final Layout.U32 REASON = LAYOUT.u32("reason");
    static final Layout.U64 ATTACH_ID = LAYOUT.u64("attach_id");
    static final Layout.U64 CAPACITY_BYTES = LAYOUT.u64("capacity_bytes");
    static final Layout.U32 HTTP_STATUS = LAYOUT.u32("http_status");
    static final Layout.U32 RESERVED = LAYOUT.u32("reserved");
    static final Layout.Text ERROR_CODE = LAYOUT.text("error_code", DyskAbi.ERROR_CODE_MAX);

    private ResizeStruct() {}

    static ByteBuffer request(int index, long attachId) {
        ByteBuffer memory = LAYOUT.allocate();
        SIZE.set(memory, 0, LAYOUT.size());
        INDEX.set(memory, 0, index);
        ATTACH_ID.set(memory, 0, attachId);
        return memory;
    }

    static DyskException failure(ByteBuffer memory, Errno errno, int index) {
        return new DyskException(
                "resize",
                DeviceNode.path(index).toString(),
                errno,
                Reason.of(REASON.get(memory, 0)),
                HTTP_STATUS.get(memory, 0),
                ERROR_CODE.get(memory, 0));
    }
}
