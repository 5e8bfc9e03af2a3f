package io.dysk.blobserver.blob;

import io.dysk.blobserver.fault.Fault;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** How many requests of each kind there were. Thread-safe. */
public final class Stats {
    private final Map<Operation, LongAdder> requests = new EnumMap<>(Operation.class);
    private final LongAdder refused = new LongAdder();
    private final LongAdder limited = new LongAdder();
    private final Map<Fault.Kind, LongAdder> faults = new EnumMap<>(Fault.Kind.class);
    private final LongAdder bytesIn = new LongAdder();

    public Stats() {
        for (Operation operation : Operation.values()) {
            requests.put(operation, new LongAdder());
        }
        for (Fault.Kind kind : Fault.Kind.values()) {
            faults.put(kind, new LongAdder());
        }
    }

    void count(Operation operation, int bodyLength) {
        requests.get(operation).increment();
        if (bodyLength > 0) {
            bytesIn.add(bodyLength);
        }
    }

    void countRefused() {
        refused.increment();
    }

    void countLimited() {
        limited.increment();
    }

    void countFault(Fault.Kind kind) {
        faults.get(kind).increment();
    }

    /**
     * The counters by name: operations in lower case, "refused", "limited", "faults" (and "fault-KIND" for every kind
     * that happened), "body-bytes-received".
     */
    public Map<String, Long> all() {
        Map<String, Long> all = new TreeMap<>();
        requests.forEach((operation, count) ->
                all.put(text(operation), count.sum()));
        all.put("refused", refused.sum());
        all.put("limited", limited.sum());
        all.put("faults", faults.values().stream().mapToLong(LongAdder::sum).sum());
        faults.forEach((kind, count) -> {
            if (count.sum() > 0) {
                all.put("fault-" + text(kind), count.sum());
            }
        });
        all.put("body-bytes-received", bytesIn.sum());
        return all;
    }

    private static String text(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
