package io.dysk.kernelsuite;

import io.dysk.vm.KernelConfig;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for something on the host's side that nothing announces. */
public final class Await {
    private static final Duration DEADLINE = KernelConfig.ofDefault().patience(Duration.ofSeconds(60));
    private static final long LOOK_MILLISECONDS = 20;

    private Await() {
    }

    /** Waits until it is so; fails after a minute (on a slow kernel later), saying what it waited for. */
    public static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("after " + DEADLINE + " still not so: " + what);
            }
            try {
                Thread.sleep(LOOK_MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }
}
