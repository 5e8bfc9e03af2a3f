package io.dysk.rpc.metrics;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.Logger;

/** All metrics of a program; it adds its own at its start. Safe for use by many threads. */
public final class MetricRegistry {
    private static final Logger LOG = Logger.getLogger(MetricRegistry.class.getName());

    private final List<MetricFamily> families = new CopyOnWriteArrayList<>();

    /** Adds it; returns it. Two of one name are the caller's mistake. */
    public <F extends MetricFamily> F add(F family) {
        families.add(family);
        return family;
    }

    /** The values of now. A family that can't say its own is left out, and logged. */
    public String text() {
        StringBuilder all = new StringBuilder();
        for (MetricFamily family : families) {
            MetricText text = new MetricText();
            try {
                family.write(text);
                all.append(text);
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "metrics left out", e);
            }
        }
        return all.toString();
    }
}
