package io.dysk.kernel;

import java.nio.ByteBuffer;

/** {@code struct dysk_version}. */
final class VersionStruct {

    static final Layout LAYOUT = new Layout("dysk_version");
    static final Layout.U32 SIZE = LAYOUT.u32("size");
    static final Layout.U32 FLAGS = LAYOUT.u32("flags");
    static final Layout.U32 ABI_MAJOR = LAYOUT.u32("abi_major");
    static final Layout.U32 ABI_MINOR = LAYOUT.u32("abi_minor");
    static final Layout.U64 FEATURES = LAYOUT.u64("features");
    static final Layout.Text MODULE = LAYOUT.text("module", 32);

    private VersionStruct() {}

    static ByteBuffer request() {
        ByteBuffer memory = LAYOUT.allocate();
        SIZE.set(memory, 0, LAYOUT.size());
        return memory;
    }

    static ModuleVersion read(ByteBuffer memory) {
        return new ModuleVersion(
                ABI_MAJOR.get(memory, 0),
                ABI_MINOR.get(memory, 0),
                (FEATURES.get(memory, 0) & DyskAbi.FEATURE_IPV6) != 0,
                MODULE.get(memory, 0));
    }
}
