package io.dysk.blobserver.fault;

import io.dysk.blobserver.http.RequestHead;
import io.dysk.blobserver.protocol.Target;
import java.util.ArrayList;
import java.util.List;

/** Faults as a test orders them, first rule that matches first. Thread-safe. */
public final class ScriptedFaults implements Faults {
    /** A rule in force, and how often it was used. */
    public record Scripted(int id, FaultRule rule, Fault fault, int seen, int hit) {}

    private static final class Entry {
        private final int id;
        private final FaultRule rule;
        private final Fault fault;
        private int seen;
        private int hit;

        Entry(int id, FaultRule rule, Fault fault) {
            this.id = id;
            this.rule = rule;
            this.fault = fault;
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private int lastId;
    private volatile boolean armed;

    /** Adds a rule; its number is returned. */
    public synchronized int add(FaultRule rule, Fault fault) {
        entries.add(new Entry(++lastId, rule, fault));
        armed = true;
        return lastId;
    }

    public synchronized void clear() {
        entries.clear();
        armed = false;
    }

    /** All rules since the last {@link #clear}, used up ones too. */
    public synchronized List<Scripted> list() {
        return entries.stream().map(e -> new Scripted(e.id, e.rule, e.fault, e.seen, e.hit)).toList();
    }

    @Override
    public Fault next(RequestHead request, Target target) {
        return armed ? match(request, target) : Fault.NONE;
    }

    private synchronized Fault match(RequestHead request, Target target) {
        for (Entry entry : entries) {
            boolean usedUp = entry.rule.count() > 0 && entry.hit == entry.rule.count();
            if (!usedUp && entry.rule.matches(request, target)) {
                if (entry.seen++ >= entry.rule.skip()) {
                    entry.hit++;
                    return entry.fault;
                }
            }
        }
        return Fault.NONE;
    }
}
