package io.dysk.blobserver.fault;

import io.dysk.blobserver.http.RequestHead;
import io.dysk.blobserver.limit.Chance;
import io.dysk.blobserver.protocol.Target;
import java.util.ArrayList;
import java.util.List;

/**
 * Faults as a test orders them, first rule that matches first; those that happen before the body is read
 * come before all others. Thread-safe.
 */
public final class ScriptedFaults implements Faults {
    /** A rule in force, and how often it was used. */
    public record Scripted(int id, FaultRule rule, Fault fault, int seen, int hit) {}

    private static final class Entry {
        private final int id;
        private final FaultRule rule;
        private final Fault fault;
        private final Chance chance;
        private int seen;
        private int hit;

        Entry(int id, FaultRule rule, Fault fault, Chance chance) {
            this.id = id;
            this.rule = rule;
            this.fault = fault;
            this.chance = chance;
        }

        /** A matching request came; whether it is hit. What chance says depends on the number of the request alone. */
        boolean hits() {
            boolean meant = rule.percent() == 100 || chance.percent(rule.percent());
            boolean passes = seen++ < rule.skip();
            boolean hits = meant && !passes;
            hit += hits ? 1 : 0;
            return hits;
        }

        boolean usedUp() {
            return rule.count() > 0 && hit == rule.count();
        }
    }

    private final EarlierAnswers earlier;
    private final List<Entry> entries = new ArrayList<>();
    private long seed;
    private int lastId;
    private volatile boolean armed;
    private volatile boolean anyEarly;

    /**
     * @param seed of the requests that are hit by chance
     * @param earlier kept while a rule needs it
     */
    public ScriptedFaults(long seed, EarlierAnswers earlier) {
        this.seed = seed;
        this.earlier = earlier;
    }

    /**
     * Another seed for the rules added from now on. Which requests of those that match a rule it hits depends on the
     * seed and on how many rules were added since the last {@link #clear} before it, and on nothing else.
     */
    public synchronized void seed(long value) {
        seed = value;
    }

    /** Adds a rule; its number is returned. */
    public synchronized int add(FaultRule rule, Fault fault) {
        entries.add(new Entry(++lastId, rule, fault, new Chance(seed + entries.size())));
        if (fault.kind().stale() && !earlier.wanted()) {
            earlier.want(true);
        }
        anyEarly |= fault.kind().early();
        armed |= !fault.kind().early();
        return lastId;
    }

    public synchronized void clear() {
        entries.clear();
        armed = false;
        anyEarly = false;
        earlier.want(false);
    }

    /** All rules since the last {@link #clear}, used up ones too. */
    public synchronized List<Scripted> list() {
        return entries.stream().map(e -> new Scripted(e.id, e.rule, e.fault, e.seen, e.hit)).toList();
    }

    @Override
    public Fault next(RequestHead request, Target target) {
        return armed ? match(request, target, false) : Fault.NONE;
    }

    @Override
    public boolean anyEarly() {
        return anyEarly;
    }

    @Override
    public Fault early(RequestHead request, Target target) {
        return match(request, target, true);
    }

    private synchronized Fault match(RequestHead request, Target target, boolean early) {
        for (Entry entry : entries) {
            boolean fits = entry.fault.kind().early() == early && !entry.usedUp() && entry.rule.matches(request, target);
            if (fits && possible(entry.fault, request, target) && entry.hits()) {
                return entry.fault;
            }
        }
        return Fault.NONE;
    }

    private boolean possible(Fault fault, RequestHead request, Target target) {
        return !fault.kind().stale() || earlier.find(request, target.query().text("comp")) != null;
    }
}
