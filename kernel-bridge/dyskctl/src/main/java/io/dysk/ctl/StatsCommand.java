package io.dysk.ctl;

import io.dysk.kernel.DeviceInfo;
import io.dysk.kernel.DeviceStats;
import io.dysk.kernel.LatencyHistogram;
import io.dysk.kernel.OperationStats;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "stats", description = "Show counters and latencies since attach.", footer = {
    "QUEUE is the time a request waits for a connection, SERVICE the time until the service's answer. Quantiles are",
    "upper bounds, right to a factor of two; the histograms are in the JSON: bucket b counts latencies below 2^b us.",
    "",
    "Examples:",
    "  dyskctl stats                     (all devices)",
    "  dyskctl stats /dev/dysk0 -o json"})
final class StatsCommand implements Callable<ExitCode> {

    @Parameters(paramLabel = "TARGET", arity = "0..*", description = Targets.HELP + " Default: all devices.")
    private List<String> targets = List.of();

    @Mixin
    private final OutputOption output = new OutputOption();

    private final Surroundings surroundings;

    StatsCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public ExitCode call() {
        Targets finder = new Targets(surroundings);
        List<DeviceInfo> devices = targets.isEmpty()
                ? surroundings.dysk().list()
                : targets.stream().map(finder::find).toList();
        Map<DeviceInfo, DeviceStats> stats = new LinkedHashMap<>();
        devices.forEach(d -> stats.put(d, surroundings.dysk().stats(d.index(), d.attachId())));
        output.print(surroundings.out(), () -> json(stats), () -> table(stats));
        return ExitCode.OK;
    }

    private static Object table(Map<DeviceInfo, DeviceStats> stats) {
        Table operations = new Table(
                "DEVICE", "KIND", "DONE", "FAILED", "BYTES", "RETRIES", "QUEUE P50", "P99", "SERVICE P50", "P99");
        Table events = new Table(
                "DEVICE", "CONNECTS", "FAILED", "RESETS", "TIMEOUTS", "BAD", "5XX", "THROTTLED", "DENIED", "FENCES",
                "FENCED WRITES", "HELD");
        stats.forEach((device, s) -> {
            operations(s).forEach((kind, o) -> operations.row(
                    device.device(), kind, o.done(), o.failed(), Sizes.format(o.bytes()), o.retries(),
                    quantile(o.queue(), 0.5), quantile(o.queue(), 0.99),
                    quantile(o.service(), 0.5), quantile(o.service(), 0.99)));
            events.row(
                    device.device(), s.connects(), s.connectFailures(), s.resets(), s.timeouts(), s.badAnswers(),
                    s.serverErrors(), s.throttled(), s.denied(), s.fences(), s.fencedWrites(), Durations.format(s.held()));
        });
        return operations + "\n" + events;
    }

    private static Object json(Map<DeviceInfo, DeviceStats> stats) {
        List<Map<String, Object>> all = new ArrayList<>();
        stats.forEach((device, s) -> {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("device", device.device());
            json.put("index", s.index());
            json.put("attachId", s.attachId());
            operations(s).forEach((kind, o) -> json.put(kind, json(o)));
            json.put("connects", s.connects());
            json.put("connectFailures", s.connectFailures());
            json.put("resets", s.resets());
            json.put("timeouts", s.timeouts());
            json.put("badAnswers", s.badAnswers());
            json.put("serverErrors", s.serverErrors());
            json.put("throttled", s.throttled());
            json.put("denied", s.denied());
            json.put("fences", s.fences());
            json.put("fencedWrites", s.fencedWrites());
            json.put("heldMs", s.held());
            all.add(json);
        });
        return all;
    }

    private static Map<String, Object> json(OperationStats operation) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("done", operation.done());
        json.put("failed", operation.failed());
        json.put("bytes", operation.bytes());
        json.put("retries", operation.retries());
        json.put("queueUs", operation.queueTime().toNanos() / 1000);
        json.put("serviceUs", operation.serviceTime().toNanos() / 1000);
        json.put("queueHistogram", operation.queue().counts());
        json.put("serviceHistogram", operation.service().counts());
        return json;
    }

    private static Map<String, OperationStats> operations(DeviceStats stats) {
        Map<String, OperationStats> operations = new LinkedHashMap<>();
        operations.put("read", stats.reads());
        operations.put("write", stats.writes());
        operations.put("clear", stats.clears());
        return operations;
    }

    private static String quantile(LatencyHistogram histogram, double share) {
        return histogram.total() == 0 ? "-" : Durations.format(histogram.quantile(share));
    }
}
