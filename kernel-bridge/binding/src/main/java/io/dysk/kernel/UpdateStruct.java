package io.dysk.kernel;

import java.nio.ByteBuffer;
import java.util.List;

/** {@code struct dysk_update}. */
final class UpdateStruct {

    static final Layout LAYOUT = new Layout("dysk_update");
    static final Layout.U32 SIZE = LAYOUT.u32("size");
    static final Layout.U32 FLAGS = LAYOUT.u32("flags");
    static final Layout.U32 INDEX = LAYOUT.u32("index");
    static final Layout.U32 REASON = LAYOUT.u32("reason");
    static final Layout.U64 ATTACH_ID = LAYOUT.u64("attach_id");
    static final Layout.U32 ADDR_COUNT = LAYOUT.u32("addr_count");
    static final Layout.U32 MAX_CONNECTIONS = LAYOUT.u32("max_connections");
    static final Layout.U32 CRED_TYPE = LAYOUT.u32("cred_type");
    static final Layout.U32 CRED_LEN = LAYOUT.u32("cred_len");
    static final Layout.U64 CRED_PTR = LAYOUT.u64("cred_ptr");
    static final Layout.U32 REQUEST_TIMEOUT_MS = LAYOUT.u32("request_timeout_ms");
    static final Layout.U32 NO_PATH_TIMEOUT_S = LAYOUT.u32("no_path_timeout_s");
    static final Layout.U32 IDLE_TIMEOUT_MS = LAYOUT.u32("idle_timeout_ms");
    static final Layout.U32 RESERVED = LAYOUT.u32("reserved");
    static final Layout.Array ADDRS = LAYOUT.array("addrs", AddressStruct.LAYOUT, DyskAbi.ADDRS_MAX);

    private UpdateStruct() {}

    /**
     * @param secretAddress where the new credential's secret lies; 0 if it stays as it is
     * @param secretLength its length
     */
    static ByteBuffer request(int index, long attachId, DeviceUpdate update, long secretAddress, int secretLength) {
        ByteBuffer memory = LAYOUT.allocate();
        Limits limits = update.limits();
        List<EndpointAddress> addresses = update.addresses().orElse(List.of());
        SIZE.set(memory, 0, LAYOUT.size());
        FLAGS.set(memory, 0, flags(update));
        INDEX.set(memory, 0, index);
        ATTACH_ID.set(memory, 0, attachId);
        ADDR_COUNT.set(memory, 0, addresses.size());
        AddressStruct.writeAll(memory, ADDRS, addresses);
        MAX_CONNECTIONS.set(memory, 0, limits.maxConnections().orElse(0));
        REQUEST_TIMEOUT_MS.set(memory, 0, limits.requestTimeoutMillis());
        NO_PATH_TIMEOUT_S.set(memory, 0, limits.noPathTimeoutSeconds());
        IDLE_TIMEOUT_MS.set(memory, 0, limits.idleTimeoutMillis());
        update.credential().ifPresent(credential -> {
            CRED_TYPE.set(memory, 0, credential.kind().code());
            CRED_LEN.set(memory, 0, secretLength);
            CRED_PTR.set(memory, 0, secretAddress);
        });
        return memory;
    }

    static DyskException failure(ByteBuffer memory, Errno errno, int index) {
        return new DyskException(
                "update", DeviceNode.path(index).toString(), errno, Reason.of(REASON.get(memory, 0)), 0, "");
    }

    private static int flags(DeviceUpdate update) {
        return (update.credential().isPresent() ? DyskAbi.UPDATE_CREDENTIALS : 0)
                | (update.addresses().isPresent() ? DyskAbi.UPDATE_ADDRESSES : 0)
                | (update.limits().isEmpty() ? 0 : DyskAbi.UPDATE_LIMITS);
    }
}
