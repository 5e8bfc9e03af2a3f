package io.dysk.kernel;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** {@code struct dysk_info}. */
final class InfoStruct {

    static final Layout LAYOUT = new Layout("dysk_info");
    static final Layout.U32 SIZE = LAYOUT.u32("size");
    static final Layout.U32 FLAGS = LAYOUT.u32("flags");
    static final Layout.U32 INDEX = LAYOUT.u32("index");
    static final Layout.U32 STATE = LAYOUT.u32("state");
    static final Layout.U32 REASON = LAYOUT.u32("reason");
    static final Layout.U32 HTTP_STATUS = LAYOUT.u32("http_status");
    static final Layout.U32 MAJOR = LAYOUT.u32("major");
    static final Layout.U32 MINOR = LAYOUT.u32("minor");
    static final Layout.U32 CRED_TYPE = LAYOUT.u32("cred_type");
    static final Layout.U32 ADDR_COUNT = LAYOUT.u32("addr_count");
    static final Layout.U32 ADDR_CURRENT = LAYOUT.u32("addr_current");
    static final Layout.U32 MAX_CONNECTIONS = LAYOUT.u32("max_connections");
    static final Layout.U32 CONNECTIONS = LAYOUT.u32("connections");
    static final Layout.U32 REQUEST_TIMEOUT_MS = LAYOUT.u32("request_timeout_ms");
    static final Layout.U32 NO_PATH_TIMEOUT_S = LAYOUT.u32("no_path_timeout_s");
    static final Layout.U32 IDLE_TIMEOUT_MS = LAYOUT.u32("idle_timeout_ms");
    static final Layout.U32 INFLIGHT = LAYOUT.u32("inflight");
    static final Layout.U32 RESERVED = LAYOUT.u32("reserved");
    static final Layout.U64 ATTACH_ID = LAYOUT.u64("attach_id");
    static final Layout.U64 CAPACITY_BYTES = LAYOUT.u64("capacity_bytes");
    static final Layout.U64 TAIL_BYTES = LAYOUT.u64("tail_bytes");
    static final Layout.U64 EPOCH = LAYOUT.u64("epoch");
    static final Layout.U64 ATTACHED_AT_S = LAYOUT.u64("attached_at_s");
    static final Layout.U64 STATE_SINCE_MS = LAYOUT.u64("state_since_ms");
    static final Layout.U64 CLOCK_SKEW_S = LAYOUT.u64("clock_skew_s");
    static final Layout.Array ADDRS = LAYOUT.array("addrs", AddressStruct.LAYOUT, DyskAbi.ADDRS_MAX);
    static final Layout.Text HOST = LAYOUT.text("host", DyskAbi.HOST_MAX);
    static final Layout.Text ACCOUNT = LAYOUT.text("account", DyskAbi.ACCOUNT_MAX);
    static final Layout.Text CONTAINER = LAYOUT.text("container", DyskAbi.CONTAINER_MAX);
    static final Layout.Text BLOB = LAYOUT.text("blob", DyskAbi.BLOB_MAX);
    static final Layout.Text SNAPSHOT = LAYOUT.text("snapshot", DyskAbi.SNAPSHOT_MAX);
    static final Layout.Text LEASE_ID = LAYOUT.text("lease_id", DyskAbi.LEASE_MAX);
    static final Layout.Text LABEL = LAYOUT.text("label", DyskAbi.LABEL_MAX);
    static final Layout.Text ERROR_CODE = LAYOUT.text("error_code", DyskAbi.ERROR_CODE_MAX);

    private InfoStruct() {}

    static ByteBuffer request(int index) {
        ByteBuffer memory = LAYOUT.allocate();
        SIZE.set(memory, 0, LAYOUT.size());
        INDEX.set(memory, 0, index);
        return memory;
    }

    static DeviceInfo read(ByteBuffer memory, int base) {
        int flags = FLAGS.get(memory, base);
        return new DeviceInfo(
                INDEX.get(memory, base),
                ATTACH_ID.get(memory, base),
                new DeviceNumber(MAJOR.get(memory, base), MINOR.get(memory, base)),
                new BlobLocation(
                        ACCOUNT.get(memory, base),
                        CONTAINER.get(memory, base),
                        BLOB.get(memory, base),
                        present(SNAPSHOT.get(memory, base))),
                LABEL.get(memory, base),
                (flags & DyskAbi.ATTACH_READ_ONLY) != 0,
                (flags & DyskAbi.ATTACH_PATH_STYLE) != 0,
                (flags & DyskAbi.ATTACH_PARTITIONS) != 0,
                (flags & DyskAbi.INFO_OPEN) != 0,
                health(memory, base),
                CAPACITY_BYTES.get(memory, base),
                TAIL_BYTES.get(memory, base),
                EPOCH.get(memory, base),
                present(LEASE_ID.get(memory, base)),
                Credential.Kind.of(CRED_TYPE.get(memory, base)),
                HOST.get(memory, base),
                AddressStruct.readAll(memory, base, ADDRS, ADDR_COUNT.get(memory, base)),
                ADDR_CURRENT.get(memory, base),
                Limits.of(
                        MAX_CONNECTIONS.get(memory, base),
                        REQUEST_TIMEOUT_MS.getUnsigned(memory, base),
                        NO_PATH_TIMEOUT_S.getUnsigned(memory, base),
                        IDLE_TIMEOUT_MS.getUnsigned(memory, base)),
                CONNECTIONS.get(memory, base),
                INFLIGHT.get(memory, base),
                Instant.ofEpochSecond(ATTACHED_AT_S.get(memory, base)),
                Duration.ofSeconds(CLOCK_SKEW_S.get(memory, base)));
    }

    static DyskException failure(Errno errno, int index) {
        return new DyskException("get", DeviceNode.path(index).toString(), errno, Reason.NONE, 0, "");
    }

    private static Health health(ByteBuffer memory, int base) {
        return new Health(
                DeviceState.of(STATE.get(memory, base)),
                Duration.ofMillis(STATE_SINCE_MS.get(memory, base)),
                Reason.of(REASON.get(memory, base)),
                HTTP_STATUS.get(memory, base),
                ERROR_CODE.get(memory, base));
    }

    private static Optional<String> present(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
