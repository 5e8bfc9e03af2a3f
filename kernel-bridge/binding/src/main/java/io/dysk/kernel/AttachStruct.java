package io.dysk.kernel;

import java.nio.ByteBuffer;
import java.time.Duration;

/** {@code struct dysk_attach}. */
final class AttachStruct {

    static final Layout LAYOUT = new Layout("dysk_attach");
    static final Layout.U32 SIZE = LAYOUT.u32("size");
    static final Layout.U32 FLAGS = LAYOUT.u32("flags");
    static final Layout.U32 ADDR_COUNT = LAYOUT.u32("addr_count");
    static final Layout.U32 MAX_CONNECTIONS = LAYOUT.u32("max_connections");
    static final Layout.U32 CRED_TYPE = LAYOUT.u32("cred_type");
    static final Layout.U32 CRED_LEN = LAYOUT.u32("cred_len");
    static final Layout.U64 CRED_PTR = LAYOUT.u64("cred_ptr");
    static final Layout.U32 REQUEST_TIMEOUT_MS = LAYOUT.u32("request_timeout_ms");
    static final Layout.U32 NO_PATH_TIMEOUT_S = LAYOUT.u32("no_path_timeout_s");
    static final Layout.U32 IDLE_TIMEOUT_MS = LAYOUT.u32("idle_timeout_ms");
    static final Layout.U32 ATTACH_TIMEOUT_MS = LAYOUT.u32("attach_timeout_ms");
    static final Layout.U64 TAIL_BYTES = LAYOUT.u64("tail_bytes");
    static final Layout.Array ADDRS = LAYOUT.array("addrs", AddressStruct.LAYOUT, DyskAbi.ADDRS_MAX);
    static final Layout.Text HOST = LAYOUT.text("host", DyskAbi.HOST_MAX);
    static final Layout.Text ACCOUNT = LAYOUT.text("account", DyskAbi.ACCOUNT_MAX);
    static final Layout.Text CONTAINER = LAYOUT.text("container", DyskAbi.CONTAINER_MAX);
    static final Layout.Text BLOB = LAYOUT.text("blob", DyskAbi.BLOB_MAX);
    static final Layout.Text SNAPSHOT = LAYOUT.text("snapshot", DyskAbi.SNAPSHOT_MAX);
    static final Layout.Text LEASE_ID = LAYOUT.text("lease_id", DyskAbi.LEASE_MAX);
    static final Layout.Text LABEL = LAYOUT.text("label", DyskAbi.LABEL_MAX);
    static final Layout.U32 INDEX = LAYOUT.u32("index");
    static final Layout.U32 MAJOR = LAYOUT.u32("major");
    static final Layout.U32 MINOR = LAYOUT.u32("minor");
    static final Layout.U32 REASON = LAYOUT.u32("reason");
    static final Layout.U32 HTTP_STATUS = LAYOUT.u32("http_status");
    static final Layout.U32 RESERVED = LAYOUT.u32("reserved");
    static final Layout.U64 ATTACH_ID = LAYOUT.u64("attach_id");
    static final Layout.U64 CAPACITY_BYTES = LAYOUT.u64("capacity_bytes");
    static final Layout.U64 EPOCH = LAYOUT.u64("epoch");
    static final Layout.U64 CLOCK_SKEW_S = LAYOUT.u64("clock_skew_s");
    static final Layout.Text ERROR_CODE = LAYOUT.text("error_code", DyskAbi.ERROR_CODE_MAX);

    private AttachStruct() {}

    /**
     * @param secretAddress where the credential's secret lies
     * @param secretLength its length
     */
    static ByteBuffer request(AttachRequest request, long secretAddress, int secretLength) {
        ByteBuffer memory = LAYOUT.allocate();
        Limits limits = request.limits();
        SIZE.set(memory, 0, LAYOUT.size());
        FLAGS.set(memory, 0, flags(request));
        ADDR_COUNT.set(memory, 0, request.endpoint().addresses().size());
        MAX_CONNECTIONS.set(memory, 0, limits.maxConnections().orElse(0));
        CRED_TYPE.set(memory, 0, request.credential().kind().code());
        CRED_LEN.set(memory, 0, secretLength);
        CRED_PTR.set(memory, 0, secretAddress);
        REQUEST_TIMEOUT_MS.set(memory, 0, limits.requestTimeoutMillis());
        NO_PATH_TIMEOUT_S.set(memory, 0, limits.noPathTimeoutSeconds());
        IDLE_TIMEOUT_MS.set(memory, 0, limits.idleTimeoutMillis());
        ATTACH_TIMEOUT_MS.set(memory, 0, request.timeout().map(Duration::toMillis).orElse(0L));
        TAIL_BYTES.set(memory, 0, request.tailBytes());
        AddressStruct.writeAll(memory, ADDRS, request.endpoint().addresses());
        HOST.set(memory, 0, request.endpoint().host());
        ACCOUNT.set(memory, 0, request.blob().account());
        CONTAINER.set(memory, 0, request.blob().container());
        BLOB.set(memory, 0, request.blob().blob());
        SNAPSHOT.set(memory, 0, request.blob().snapshot().orElse(""));
        LEASE_ID.set(memory, 0, request.leaseId().orElse(""));
        LABEL.set(memory, 0, request.label());
        return memory;
    }

    static Attachment read(ByteBuffer memory) {
        return new Attachment(
                INDEX.get(memory, 0),
                ATTACH_ID.get(memory, 0),
                new DeviceNumber(MAJOR.get(memory, 0), MINOR.get(memory, 0)),
                CAPACITY_BYTES.get(memory, 0),
                EPOCH.get(memory, 0),
                Duration.ofSeconds(CLOCK_SKEW_S.get(memory, 0)));
    }

    static DyskException failure(ByteBuffer memory, Errno errno, BlobLocation blob) {
        return new DyskException(
                "attach",
                blob.toString(),
                errno,
                Reason.of(REASON.get(memory, 0)),
                HTTP_STATUS.get(memory, 0),
                ERROR_CODE.get(memory, 0));
    }

    private static int flags(AttachRequest request) {
        return (request.readOnly() ? DyskAbi.ATTACH_READ_ONLY : 0)
                | (request.endpoint().pathStyle() ? DyskAbi.ATTACH_PATH_STYLE : 0)
                | (request.partitions() ? DyskAbi.ATTACH_PARTITIONS : 0);
    }
}
