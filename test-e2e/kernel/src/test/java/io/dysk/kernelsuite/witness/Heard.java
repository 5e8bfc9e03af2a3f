package io.dysk.kernelsuite.witness;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * What the host has heard of a run, and of runs that went on with it: which changes were acknowledged, which failed. When the machine
 * dies this is less than what the program was told, by what was on its way. Thread-safe.
 */
public final class Heard {
    /** Changes that may have been begun after the last one that we heard of. */
    static final int LOOK_AHEAD = 64;

    private final BitSet[] acknowledged;
    /** Last change of each worker that was acknowledged or failed. */
    private final int[] told;
    /** First change of each worker that was not begun; as long as a run goes on, that it did not begin before its start. */
    private final int[] next;
    private boolean running;
    private long acknowledgedCount;
    private long failedCount;
    private String end;

    public Heard(int workers) {
        this.acknowledged = IntStream.range(0, workers).mapToObj(w -> new BitSet()).toArray(BitSet[]::new);
        this.told = new int[workers];
        this.next = new int[workers];
        Arrays.fill(next, 1);
    }

    /** One line of the program. */
    public synchronized void line(String line) {
        String[] words = line.split(" ");
        switch (words[0]) {
            case "a" -> {
                int worker = Integer.parseInt(words[1]);
                told[worker] = Integer.parseInt(words[2]);
                acknowledged[worker].set(told[worker]);
                acknowledgedCount++;
            }
            case "f" -> {
                told[Integer.parseInt(words[1])] = Integer.parseInt(words[2]);
                failedCount++;
            }
            case "end" -> {
                String[] firsts = line.substring(line.indexOf("next=") + 5).split(",");
                ended(Arrays.stream(firsts).mapToInt(Integer::parseInt).toArray());
                end = line;
            }
            default -> throw new IllegalArgumentException("not a line of a witness: " + line);
        }
        notifyAll();
    }

    /** A run begins. */
    synchronized void begins() {
        running = true;
        end = null;
    }

    /** Nothing of the run is under way any more. A machine that was given up may say so when another has gone on already. */
    synchronized void ended(int[] firstNotBegun) {
        running = false;
        Arrays.setAll(next, worker -> Math.max(next[worker], firstNotBegun[worker]));
    }

    /** Changes acknowledged. */
    public synchronized long acknowledged() {
        return acknowledgedCount;
    }

    /** Changes that failed. */
    public synchronized long failed() {
        return failedCount;
    }

    synchronized boolean isAcknowledged(int worker, int version) {
        return acknowledged[worker].get(version);
    }

    synchronized int lastAcknowledged(int worker) {
        return Math.max(0, acknowledged[worker].length() - 1);
    }

    /** The program's last line, or null. */
    synchronized String end() {
        return end;
    }

    /**
     * First change that was not begun: as the program said when it ended, else no less than it can be.
     *
     * @param applied last change of the worker that the service is known to have applied
     */
    synchronized int next(int worker, int applied) {
        return running ? Math.max(Math.max(told[worker], applied), next[worker] - 1) + 1 + LOOK_AHEAD : next[worker];
    }

    /** For the program's standard input. */
    synchronized String text(int[] applied) {
        StringBuilder text = new StringBuilder();
        for (int worker = 0; worker < told.length; worker++) {
            text.append("w ").append(worker).append(' ').append(told[worker]).append(' ').append(next(worker, applied[worker]))
                    .append('\n');
            for (int v = acknowledged[worker].nextClearBit(1); v <= told[worker]; v = acknowledged[worker].nextClearBit(v + 1)) {
                text.append("f ").append(worker).append(' ').append(v).append('\n');
            }
        }
        return text.toString();
    }

    /** The same, when nothing is known of what the service applied. */
    String text() {
        return text(new int[told.length]);
    }

    int workers() {
        return told.length;
    }

    /** Waits until so many changes were acknowledged, or the run ended; false when time ran out. */
    synchronized boolean await(long count, long milliseconds) throws InterruptedException {
        long limit = System.nanoTime() + milliseconds * 1_000_000;
        while (acknowledgedCount < count && end == null) {
            long left = (limit - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }
}
