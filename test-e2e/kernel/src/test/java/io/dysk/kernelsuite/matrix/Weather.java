package io.dysk.kernelsuite.matrix;

import io.dysk.blobserver.BlobServer;
import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.Faults;
import io.dysk.blobserver.http.Listener.Accepting;
import io.dysk.blobserver.http.RequestHead;
import io.dysk.blobserver.protocol.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Faults of all survivable kinds, with changing probabilities, between clean stretches: every few hundred milliseconds it is
 * another day. What it does follows from the random numbers that it is given, which requests it hits from when they come.
 * Clear when made. Thread-safe.
 */
final class Weather implements Faults {
    private static final List<Mishap> SURVIVABLE = Arrays.stream(Mishap.values()).filter(Mishap::survivable).toList();
    private static final int SHORTEST_MILLISECONDS = 100;
    private static final int LONGEST_MILLISECONDS = 700;

    /** A fault against some requests. Without an operation it hits them all, raises of the epoch too. */
    private record Front(Mishap mishap, Operation operation, double probability) {
        boolean early() {
            return mishap.trouble() instanceof Trouble.Requests(Fault fault) && fault.kind().early();
        }

        boolean hits(Operation asked, SplittableRandom random) {
            return (operation == null || operation == asked) && random.nextDouble() < probability;
        }
    }

    private final Map<Mishap, Long> made = new TreeMap<>();
    private List<Front> fronts = List.of();
    private SplittableRandom dice = new SplittableRandom(0);

    /** How often each fault was made until now. */
    synchronized Map<Mishap, Long> made() {
        return Map.copyOf(made);
    }

    /** Counts from zero again. */
    synchronized void forget() {
        made.clear();
    }

    @Override
    public Fault next(RequestHead request, Target target) {
        return hit(request, target, false);
    }

    @Override
    public synchronized boolean anyEarly() {
        return fronts.stream().anyMatch(Front::early);
    }

    @Override
    public Fault early(RequestHead request, Target target) {
        return hit(request, target, true);
    }

    private synchronized Fault hit(RequestHead request, Target target, boolean early) {
        if (fronts.isEmpty() || !target.isBlob()) {
            return Fault.NONE;
        }
        Operation operation = Operation.of(request, target);
        for (Front front : fronts) {
            if (front.early() == early && front.hits(operation, dice) && front.mishap.trouble() instanceof Trouble.Requests(Fault fault)) {
                made.merge(front.mishap, 1L, Long::sum);
                return fault;
            }
        }
        return Fault.NONE;
    }

    /** Lets it change until that much time is over; then it is clear again, also when this fails. */
    void storm(BlobServer server, SplittableRandom random, Duration time) {
        long end = System.nanoTime() + time.toNanos();
        try {
            while (System.nanoTime() < end) {
                change(server, random);
                Thread.sleep(random.nextInt(SHORTEST_MILLISECONDS, LONGEST_MILLISECONDS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            clear(server);
        }
    }

    /** No more faults. What was held back turns up now. */
    void clear(BlobServer server) {
        set(List.of(), new SplittableRandom(0));
        server.clock().skew(0);
        try {
            server.accepting(Accepting.ON);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.held().applyAll();
    }

    private void change(BlobServer server, SplittableRandom random) throws IOException {
        int kind = random.nextInt(100);
        set(kind < 60 ? fronts(random) : List.of(), random.split());
        server.accepting(kind >= 90 && kind < 93 ? Accepting.REFUSED : Accepting.ON);
        server.clock().skew(kind >= 93 && kind < 96 ? Duration.ofMinutes(20).toMillis() : 0);
        if (kind >= 86 && kind < 93) {
            boolean reset = random.nextBoolean();
            server.disconnect(reset);
            count(reset ? Mishap.RESETS_CONNECTIONS : Mishap.ENDS_CONNECTIONS);
        }
        if (kind >= 90 && kind < 93) {
            count(Mishap.REFUSES_CONNECTIONS);
        } else if (kind >= 93 && kind < 96) {
            count(Mishap.CLOCK_AHEAD);
        }
    }

    private static List<Front> fronts(SplittableRandom random) {
        List<Front> fronts = new ArrayList<>();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            int whom = random.nextInt(Operation.values().length + 1);
            fronts.add(new Front(SURVIVABLE.get(random.nextInt(SURVIVABLE.size())),
                    whom == Operation.values().length ? null : Operation.values()[whom], 0.01 + 0.25 * random.nextDouble()));
        }
        return fronts;
    }

    private synchronized void set(List<Front> next, SplittableRandom withDice) {
        fronts = next;
        dice = withDice;
    }

    private synchronized void count(Mishap mishap) {
        made.merge(mishap, 1L, Long::sum);
    }
}
