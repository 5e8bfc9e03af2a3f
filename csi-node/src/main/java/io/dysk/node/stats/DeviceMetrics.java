package io.dysk.node.stats;

import io.dysk.kernel.DeviceInfo;
import io.dysk.kernel.DeviceStats;
import io.dysk.kernel.DyskControl;
import io.dysk.kernel.DyskException;
import io.dysk.kernel.KernelException;
import io.dysk.kernel.LatencyHistogram;
import io.dysk.kernel.OperationStats;
import io.dysk.node.device.VolumeDevices;
import io.dysk.rpc.metrics.MetricFamily;
import io.dysk.rpc.metrics.MetricText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The module's counters of the volumes on this node, as it has them at the moment. */
public final class DeviceMetrics implements MetricFamily {
    private static final double NANOS = 1e9;

    private final DyskControl control;
    private final VolumeDevices devices;

    public DeviceMetrics(DyskControl control, VolumeDevices devices) {
        this.control = control;
        this.devices = devices;
    }

    private record Counted(DeviceInfo device, DeviceStats stats) {
        String[] labels(String... more) {
            String[] labels = new String[4 + more.length];
            labels[0] = "volume";
            labels[1] = VolumeDevices.volumeId(device);
            labels[2] = "device";
            labels[3] = device.device().getFileName().toString();
            System.arraycopy(more, 0, labels, 4, more.length);
            return labels;
        }
    }

    private enum Operation {
        READ,
        WRITE,
        CLEAR;

        OperationStats of(DeviceStats stats) {
            return switch (this) {
                case READ -> stats.reads();
                case WRITE -> stats.writes();
                case CLEAR -> stats.clears();
            };
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public void write(MetricText out) {
        List<Counted> all = new ArrayList<>();
        boolean usable = count(all);
        out.gauge("dysk_module_usable", "1 if the dysk kernel module is loaded and speaks our ABI").sample("dysk_module_usable", usable ? 1 : 0);
        out.gauge("dysk_volumes_attached", "Volumes attached to this node").sample("dysk_volumes_attached", all.size());
        out.gauge("dysk_device_state", "1 for the state that the device is in");
        all.forEach(each -> out.sample("dysk_device_state", 1, each.labels("state", each.device().health().state().keyword(), "reason",
                each.device().health().reason().keyword())));
        operations(out, all, "dysk_requests_total", "Requests that the storage service did", OperationStats::done);
        operations(out, all, "dysk_request_failures_total", "Requests that failed for good", OperationStats::failed);
        operations(out, all, "dysk_bytes_total", "Bytes read, written or cleared", OperationStats::bytes);
        operations(out, all, "dysk_request_retries_total", "Tries of requests beyond the first", OperationStats::retries);
        operations(out, all, "dysk_queue_seconds_total", "Time that requests waited to be sent", stats -> stats.queueTime().toNanos() / NANOS);
        latencies(out, all);
        counter(out, all, "dysk_connects_total", "Connections opened", DeviceStats::connects);
        counter(out, all, "dysk_connect_failures_total", "Connections that couldn't be opened", DeviceStats::connectFailures);
        counter(out, all, "dysk_resets_total", "Connections lost with a request on them", DeviceStats::resets);
        counter(out, all, "dysk_timeouts_total", "Requests without an answer in time", DeviceStats::timeouts);
        counter(out, all, "dysk_bad_answers_total", "Answers that weren't the blob service's", DeviceStats::badAnswers);
        counter(out, all, "dysk_server_errors_total", "Answers 5xx other than 503", DeviceStats::serverErrors);
        counter(out, all, "dysk_throttled_total", "Answers 503 and 429", DeviceStats::throttled);
        counter(out, all, "dysk_denied_total", "Answers 401 and 403", DeviceStats::denied);
        counter(out, all, "dysk_fences_total", "Raises of the fence after a write of unknown outcome", DeviceStats::fences);
        counter(out, all, "dysk_fenced_writes_total", "Writes found not applied thanks to a fence, and sent again", DeviceStats::fencedWrites);
        counter(out, all, "dysk_held_seconds_total", "Time that I/O waited for the storage service", stats -> stats.held().toNanos() / NANOS);
    }

    private boolean count(List<Counted> all) {
        try {
            for (DeviceInfo device : devices.all()) {
                try {
                    all.add(new Counted(device, control.stats(device.index(), device.attachId())));
                } catch (DyskException e) {
                    // Detached meanwhile.
                }
            }
            return true;
        } catch (KernelException e) {
            return false;
        }
    }

    private static void counter(MetricText out, List<Counted> all, String name, String help, ToDoubleFunction<DeviceStats> value) {
        out.counter(name, help);
        all.forEach(each -> out.sample(name, value.applyAsDouble(each.stats()), each.labels()));
    }

    private static void operations(MetricText out, List<Counted> all, String name, String help, ToDoubleFunction<OperationStats> value) {
        out.counter(name, help);
        for (Counted each : all) {
            for (Operation operation : Operation.values()) {
                out.sample(name, value.applyAsDouble(operation.of(each.stats())), each.labels("operation", operation.label()));
            }
        }
    }

    private static void latencies(MetricText out, List<Counted> all) {
        String name = "dysk_request_seconds";
        out.histogram(name, "Time from a request's sending to its answer");
        for (Counted each : all) {
            for (Operation operation : Operation.values()) {
                OperationStats stats = operation.of(each.stats());
                List<Long> counts = stats.service().counts();
                long total = 0;
                for (int bucket = 0; bucket < counts.size(); bucket++) {
                    total += counts.get(bucket);
                    // Every second one: a factor of four is enough, and a scrape of many volumes stays small.
                    if (bucket % 2 == 1 && bucket < counts.size() - 1) {
                        Duration bound = LatencyHistogram.upperBound(bucket);
                        out.sample(name + "_bucket", total, each.labels("operation", operation.label(), "le", Double.toString(bound.toNanos() / NANOS)));
                    }
                }
                out.sample(name + "_bucket", total, each.labels("operation", operation.label(), "le", "+Inf"));
                out.sample(name + "_sum", stats.serviceTime().toNanos() / NANOS, each.labels("operation", operation.label()));
                out.sample(name + "_count", total, each.labels("operation", operation.label()));
            }
        }
    }
}
