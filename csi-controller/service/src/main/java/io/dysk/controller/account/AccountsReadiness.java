package io.dysk.controller.account;

import io.dysk.blob.BlobException;
import io.dysk.blob.ContainerName;
import io.dysk.blob.Listing;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.identity.Readiness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Ready when the endpoint of one of the driver's own accounts answers and its credentials are good: one request each, whose outcome is
 * kept for some seconds. While another one doesn't, what concerns the rest can still be done; that is logged. Without own accounts
 * there is nothing to ask.
 *
 * <p>The requests are made in the background: the first ones load a library, which takes longer than callers wait on a node that is busy.
 * Callers that see a driver "not ready yet" ask again; those that see it fail end, and Kubernetes starts them later and later.
 */
public final class AccountsReadiness implements Readiness {
    private static final Logger LOG = Logger.getLogger(AccountsReadiness.class.getName());
    private static final Duration KEPT = Duration.ofSeconds(10);
    /** For a request. */
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** For a caller; after that, what was known before counts. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Accounts accounts;
    private final ContainerName container;
    private Optional<Outcome> last = Optional.empty(); // guarded by this
    private boolean asking; // guarded by this

    private record Outcome(List<String> faults, boolean none, long at) {
        private boolean isOld() {
            return System.nanoTime() - at > KEPT.toNanos();
        }
    }

    /** @param container to look into; it need not be there */
    public AccountsReadiness(Accounts accounts, ContainerName container) {
        this.accounts = accounts;
        this.container = container;
    }

    @Override
    public synchronized boolean check() {
        if (last.isEmpty() || last.get().isOld()) {
            if (!asking) {
                asking = true;
                Thread.ofPlatform().daemon().name("accounts").start(this::ask);
            }
            awaitOutcome();
        }
        if (last.isPresent() && last.get().none()) {
            throw RpcFailure.failedPrecondition("no storage account can be used: " + String.join("; ", last.get().faults()));
        }
        return last.isPresent();
    }

    private synchronized void awaitOutcome() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            for (long left = PATIENCE.toMillis(); asking && left > 0; left = Duration.ofNanos(end - System.nanoTime()).toMillis()) {
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask() {
        try {
            keep(outcome());
        } finally {
            synchronized (this) {
                asking = false;
                notifyAll();
            }
        }
    }

    private synchronized void keep(Outcome outcome) {
        if (!outcome.faults().equals(last.map(Outcome::faults).orElse(List.of()))) {
            outcome.faults().forEach(fault -> LOG.log(Level.WARNING, "not ready: {0}", fault));
        }
        last = Optional.of(outcome);
    }

    private Outcome outcome() {
        List<String> faults = new ArrayList<>();
        int asked;
        try {
            List<OwnAccount> own = accounts.own();
            asked = own.size();
            for (OwnAccount account : own) {
                fault(account).ifPresent(fault -> faults.add("account " + account.name() + ": " + fault));
            }
        } catch (RuntimeException e) {
            LOG.log(Level.FINE, "accounts can't be asked", e);
            return new Outcome(List.of(String.valueOf(e.getMessage())), true, System.nanoTime());
        }
        return new Outcome(List.copyOf(faults), !faults.isEmpty() && faults.size() == asked, System.nanoTime());
    }

    private Optional<String> fault(OwnAccount account) {
        try {
            account.store().within(LIMIT).list(container, new Listing("", false, 1, Optional.empty()));
            return Optional.empty();
        } catch (BlobException.NotFound e) {
            return e.missing() == BlobException.NotFound.Missing.ACCOUNT ? Optional.of(e.getMessage()) : Optional.empty();
        } catch (BlobException e) {
            return Optional.of(e.getMessage());
        }
    }
}
