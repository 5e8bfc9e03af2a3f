package io.dysk.kernel;

import java.nio.ByteBuffer;

/** {@code struct dysk_list}. */
final class ListStruct {

    static final Layout LAYOUT = new Layout("dysk_list");
    static final Layout.U32 SIZE = LAYOUT.u32("size");
    static final Layout.U32 FLAGS = LAYOUT.u32("flags");
    static final Layout.U32 FIRST = LAYOUT.u32("first");
    static final Layout.U32 COUNT = LAYOUT.u32("count");
    static final Layout.U32 ENTRY_SIZE = LAYOUT.u32("entry_size");
    static final Layout.U32 NEXT = LAYOUT.u32("next");
    static final Layout.U64 ENTRIES = LAYOUT.u64("entries");

    private ListStruct() {}

    /** @param first smallest index wanted, 32 bits */
    static ByteBuffer request(long first, int count, long entriesAddress) {
        ByteBuffer memory = LAYOUT.allocate();
        SIZE.set(memory, 0, LAYOUT.size());
        FIRST.set(memory, 0, first);
        COUNT.set(memory, 0, count);
        ENTRY_SIZE.set(memory, 0, InfoStruct.LAYOUT.size());
        ENTRIES.set(memory, 0, entriesAddress);
        return memory;
    }

    static DyskException failure(Errno errno) {
        return new DyskException("list", "devices", errno, Reason.NONE, 0, "");
    }
}
