package io.dysk.ctl;

import io.dysk.kernel.AttachRequest;
import io.dysk.kernel.Attachment;
import io.dysk.kernel.Credential;
import io.dysk.kernel.DeviceInfo;
import io.dysk.kernel.DeviceNumber;
import io.dysk.kernel.DeviceState;
import io.dysk.kernel.DeviceStats;
import io.dysk.kernel.DeviceUpdate;
import io.dysk.kernel.DyskControl;
import io.dysk.kernel.DyskException;
import io.dysk.kernel.Errno;
import io.dysk.kernel.Health;
import io.dysk.kernel.LatencyHistogram;
import io.dysk.kernel.ModuleVersion;
import io.dysk.kernel.OperationStats;
import io.dysk.kernel.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

/** A module in memory: attaches what it is asked to, or fails as a test says. */
final class FakeDysk implements DyskControl {

    /** Thrown by the next calls of that kind, if set. */
    RuntimeException attachFailure;
    RuntimeException detachFailure;
    RuntimeException everyFailure;

    /** What attach reports as size. */
    long capacityBytes = 1L << 30;

    Health health = new Health(DeviceState.LIVE, Duration.ofSeconds(90), Reason.NONE, 0, "");
    boolean open;

    /** Happens right after a detach. */
    Runnable afterDetach = () -> {};

    AttachRequest lastAttach;
    DeviceUpdate lastUpdate;
    final List<String> calls = new ArrayList<>();

    private final TreeMap<Integer, DeviceInfo> devices = new TreeMap<>();
    private long attachments = 100;

    @Override
    public ModuleVersion version() {
        fail(everyFailure);
        return new ModuleVersion(1, 0, true, "0.1.0");
    }

    @Override
    public Attachment attach(AttachRequest request) {
        fail(everyFailure);
        calls.add("attach " + request.blob());
        lastAttach = request;
        fail(attachFailure);
        int index = 0;
        while (devices.containsKey(index)) {
            index++;
        }
        DeviceInfo device = device(index, ++attachments, request);
        devices.put(index, device);
        return new Attachment(
                index, device.attachId(), device.number(), capacityBytes, device.epoch(), Duration.ofSeconds(1));
    }

    @Override
    public void detach(int index, long attachId, boolean force) {
        calls.add("detach " + index + " " + attachId + (force ? " force" : ""));
        fail(detachFailure);
        devices.remove(get(index).index());
        afterDetach.run();
    }

    @Override
    public DeviceInfo get(int index) {
        fail(everyFailure);
        if (!devices.containsKey(index)) {
            throw new DyskException("get", "/dev/dysk" + index, Errno.ENODEV, Reason.NONE, 0, "");
        }
        return devices.get(index);
    }

    @Override
    public List<DeviceInfo> list() {
        fail(everyFailure);
        return List.copyOf(devices.values());
    }

    @Override
    public void update(int index, long attachId, DeviceUpdate update) {
        calls.add("update " + get(index).index() + " " + attachId);
        lastUpdate = update;
    }

    @Override
    public long resize(int index, long attachId) {
        calls.add("resize " + get(index).index() + " " + attachId);
        return capacityBytes;
    }

    @Override
    public DeviceStats stats(int index, long attachId) {
        OperationStats reads = operation(1000, 4096L * 1000, 12, 990);
        return new DeviceStats(
                get(index).index(), attachId, reads, operation(5, 2560, 13, 5), operation(0, 0, 0, 0),
                8, 1, 2, 3, 4, 5, 6, 7, 9, 10, Duration.ofMillis(1500));
    }

    private static OperationStats operation(long done, long bytes, int bucket, long inBucket) {
        List<Long> counts = new ArrayList<>(Collections.nCopies(32, 0L));
        counts.set(bucket, inBucket);
        counts.set(20, done - inBucket);
        LatencyHistogram service = new LatencyHistogram(counts);
        return new OperationStats(
                done, 0, bytes, 1, Duration.ofMillis(2), Duration.ofMillis(4000),
                new LatencyHistogram(Collections.nCopies(32, 0L)), service);
    }

    private DeviceInfo device(int index, long attachId, AttachRequest request) {
        return new DeviceInfo(
                index,
                attachId,
                new DeviceNumber(252, index * 16),
                request.blob(),
                request.label(),
                request.readOnly(),
                request.endpoint().pathStyle(),
                request.partitions(),
                open,
                health,
                capacityBytes,
                request.tailBytes(),
                request.readOnly() ? 0 : 1L << 20,
                request.leaseId(),
                request.credential().kind(),
                request.endpoint().host(),
                request.endpoint().addresses(),
                0,
                request.limits(),
                2,
                0,
                Instant.parse("2026-11-21T12:00:00Z"),
                Duration.ofSeconds(1));
    }

    private static void fail(RuntimeException failure) {
        if (failure != null) {
            throw failure;
        }
    }

    /** The kind that a credential has, for assertions. */
    Credential.Kind attachedWith() {
        return lastAttach.credential().kind();
    }
}
