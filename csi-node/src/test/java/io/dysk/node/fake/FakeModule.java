package io.dysk.node.fake;

import io.dysk.kernel.AttachRequest;
import io.dysk.kernel.Attachment;
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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** The dysk module as a test says: attaches what it is asked for, or fails as it is told. */
public final class FakeModule implements DyskControl {
    public static final long CAPACITY = 8 << 20;

    /** Attaches, detaches and updates, in order. */
    public final List<String> calls = new ArrayList<>();
    /** Thrown by the next attach. */
    public RuntimeException attachFailure;
    /** Thrown by the next detach. */
    public RuntimeException detachFailure;
    /** Thrown by the next update. */
    public RuntimeException updateFailure;
    /** Thrown by everything. */
    public RuntimeException unusable;
    /** Of attachments to come. */
    public long epoch = 1 << 20;
    public long writes;
    /** What a resize finds. */
    public long blobBytes = CAPACITY;

    private final Map<Integer, DeviceInfo> devices = new TreeMap<>();
    private long attachments;

    /** Changes what the module says of a device. */
    public void change(int index, UnaryOperator<DeviceInfo> change) {
        devices.compute(index, (_, device) -> change.apply(device));
    }

    public void state(int index, DeviceState state, Reason reason) {
        change(index, device -> with(device, new Health(state, Duration.ofSeconds(7), reason, 0, ""), device.open()));
    }

    public void open(int index) {
        change(index, device -> with(device, device.health(), true));
    }

    private static DeviceInfo with(DeviceInfo d, Health health, boolean open) {
        return new DeviceInfo(d.index(), d.attachId(), d.number(), d.blob(), d.label(), d.readOnly(), d.pathStyle(), d.partitions(), open, health,
                d.capacityBytes(), d.tailBytes(), d.epoch(), d.leaseId(), d.credential(), d.host(), d.addresses(), d.currentAddress(), d.limits(),
                d.connections(), d.inFlight(), d.attachedAt(), d.clockSkew());
    }

    @Override
    public ModuleVersion version() {
        usable();
        return new ModuleVersion(1, 0, true, "1.0");
    }

    @Override
    public Attachment attach(AttachRequest request) {
        usable();
        calls.add("attach " + request.blob() + (request.readOnly() ? " read-only" : ""));
        if (attachFailure != null) {
            RuntimeException failure = attachFailure;
            attachFailure = null;
            throw failure;
        }
        int index = 0;
        while (devices.containsKey(index)) {
            index++;
        }
        DeviceNumber number = new DeviceNumber(259, index);
        long id = ++attachments;
        devices.put(index, new DeviceInfo(index, id, number, request.blob(), request.label(), request.readOnly(), request.endpoint().pathStyle(), false,
                false, new Health(DeviceState.LIVE, Duration.ZERO, Reason.NONE, 0, ""), CAPACITY, request.tailBytes(), epoch, request.leaseId(),
                request.credential().kind(), request.endpoint().host(), request.endpoint().addresses(), 0, request.limits(), 1, 0, Instant.EPOCH,
                Duration.ZERO));
        return new Attachment(index, id, number, CAPACITY, epoch, Duration.ZERO);
    }

    @Override
    public void detach(int index, long attachId, boolean force) {
        usable();
        calls.add("detach " + index + (force ? " with force" : ""));
        if (detachFailure != null) {
            RuntimeException failure = detachFailure;
            detachFailure = null;
            throw failure;
        }
        devices.remove(index);
    }

    @Override
    public DeviceInfo get(int index) {
        usable();
        return devices.get(index);
    }

    @Override
    public List<DeviceInfo> list() {
        usable();
        return List.copyOf(devices.values());
    }

    @Override
    public void update(int index, long attachId, DeviceUpdate update) {
        calls.add("update " + index + " " + update.credential().orElseThrow().kind());
        if (updateFailure != null) {
            RuntimeException failure = updateFailure;
            updateFailure = null;
            throw failure;
        }
    }

    @Override
    public long resize(int index, long attachId) {
        calls.add("resize " + index);
        return blobBytes;
    }

    @Override
    public DeviceStats stats(int index, long attachId) {
        return new DeviceStats(index, attachId, operations(0), operations(writes), operations(0), 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, Duration.ZERO);
    }

    private static OperationStats operations(long done) {
        LatencyHistogram none = new LatencyHistogram(List.of(0L, done));
        return new OperationStats(done, 0, done * 4096, 0, Duration.ZERO, Duration.ZERO, none, none);
    }

    private void usable() {
        if (unusable != null) {
            throw unusable;
        }
    }

    /** A refusal for a reason. */
    public static DyskException refusal(String operation, Reason reason) {
        return new DyskException(operation, "it", Errno.EIO, reason, 0, "");
    }

    /** A refusal by errno alone. */
    public static DyskException refusal(String operation, Errno errno) {
        return new DyskException(operation, "it", errno, Reason.NONE, 0, "");
    }
}
