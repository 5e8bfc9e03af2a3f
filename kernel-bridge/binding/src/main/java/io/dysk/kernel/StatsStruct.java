package io.dysk.kernel;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/** {@code struct dysk_stats} and {@code struct dysk_op_stats}. */
final class StatsStruct {

    static final Layout OPERATION = new Layout("dysk_op_stats");
    static final Layout.U64 DONE = OPERATION.u64("done");
    static final Layout.U64 FAILED = OPERATION.u64("failed");
    static final Layout.U64 BYTES = OPERATION.u64("bytes");
    static final Layout.U64 RETRIES = OPERATION.u64("retries");
    static final Layout.U64 QUEUE_US = OPERATION.u64("queue_us");
    static final Layout.U64 SERVICE_US = OPERATION.u64("service_us");
    static final Layout.U64 QUEUE_HIST = OPERATION.u64Array("queue_hist", DyskAbi.HIST_BUCKETS);
    static final Layout.U64 SERVICE_HIST = OPERATION.u64Array("service_hist", DyskAbi.HIST_BUCKETS);

    static final Layout LAYOUT = new Layout("dysk_stats");
    static final Layout.U32 SIZE = LAYOUT.u32("size");
    static final Layout.U32 FLAGS = LAYOUT.u32("flags");
    static final Layout.U32 INDEX = LAYOUT.u32("index");
    static final Layout.U32 RESERVED = LAYOUT.u32("reserved");
    static final Layout.U64 ATTACH_ID = LAYOUT.u64("attach_id");
    static final Layout.U64 CONNECTS = LAYOUT.u64("connects");
    static final Layout.U64 CONNECT_FAILURES = LAYOUT.u64("connect_failures");
    static final Layout.U64 RESETS = LAYOUT.u64("resets");
    static final Layout.U64 TIMEOUTS = LAYOUT.u64("timeouts");
    static final Layout.U64 BAD_ANSWERS = LAYOUT.u64("bad_answers");
    static final Layout.U64 SERVER_ERRORS = LAYOUT.u64("server_errors");
    static final Layout.U64 THROTTLED = LAYOUT.u64("throttled");
    static final Layout.U64 DENIED = LAYOUT.u64("denied");
    static final Layout.U64 FENCES = LAYOUT.u64("fences");
    static final Layout.U64 FENCED_WRITES = LAYOUT.u64("fenced_writes");
    static final Layout.U64 HELD_MS = LAYOUT.u64("held_ms");
    static final Layout.Array OPS = LAYOUT.array("ops", OPERATION, DyskAbi.STAT_OPS);

    private StatsStruct() {}

    static ByteBuffer request(int index, long attachId) {
        ByteBuffer memory = LAYOUT.allocate();
        SIZE.set(memory, 0, LAYOUT.size());
        INDEX.set(memory, 0, index);
        ATTACH_ID.set(memory, 0, attachId);
        return memory;
    }

    static DeviceStats read(ByteBuffer memory) {
        return new DeviceStats(
                INDEX.get(memory, 0),
                ATTACH_ID.get(memory, 0),
                operation(memory, DyskAbi.STAT_READ),
                operation(memory, DyskAbi.STAT_WRITE),
                operation(memory, DyskAbi.STAT_CLEAR),
                CONNECTS.get(memory, 0),
                CONNECT_FAILURES.get(memory, 0),
                RESETS.get(memory, 0),
                TIMEOUTS.get(memory, 0),
                BAD_ANSWERS.get(memory, 0),
                SERVER_ERRORS.get(memory, 0),
                THROTTLED.get(memory, 0),
                DENIED.get(memory, 0),
                FENCES.get(memory, 0),
                FENCED_WRITES.get(memory, 0),
                Duration.ofMillis(HELD_MS.get(memory, 0)));
    }

    static DyskException failure(Errno errno, int index) {
        return new DyskException("stats", DeviceNode.path(index).toString(), errno, Reason.NONE, 0, "");
    }

    private static OperationStats operation(ByteBuffer memory, int operation) {
        int base = OPS.element(0, operation);
        return new OperationStats(
                DONE.get(memory, base),
                FAILED.get(memory, base),
                BYTES.get(memory, base),
                RETRIES.get(memory, base),
                Duration.of(QUEUE_US.get(memory, base), ChronoUnit.MICROS),
                Duration.of(SERVICE_US.get(memory, base), ChronoUnit.MICROS),
                LatencyHistogram.of(QUEUE_HIST.getAll(memory, base)),
                LatencyHistogram.of(SERVICE_HIST.getAll(memory, base)));
    }
}
