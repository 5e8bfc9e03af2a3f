package io.dysk.node.credential;

import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Has credentials looked at again and again, in a thread of its own, until closed. */
public final class RenewalClock implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(RenewalClock.class.getName());

    private static final Duration AFTER_FAULT = Duration.ofSeconds(30);

    private final Thread thread;

    private RenewalClock(Thread thread) {
        this.thread = thread;
    }

    /** Starts it; the first look is now. */
    public static RenewalClock start(CredentialRenewal renewal) {
        return new RenewalClock(Thread.ofPlatform().daemon().name("credentials").start(() -> run(renewal)));
    }

    private static void run(CredentialRenewal renewal) {
        while (!Thread.currentThread().isInterrupted()) {
            Duration pause = AFTER_FAULT;
            try {
                pause = renewal.look();
            } catch (RuntimeException e) {
                LOG.log(Level.SEVERE, "a fault in the renewal of credentials", e);
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
