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
 */
public final class AccountsReadiness implements Readiness {
    private static final Logger LOG = Logger.getLogger(AccountsReadiness.class.getName());
    private static final Duration KEPT = Duration.ofSeconds(10);
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Accounts accounts;
    private final ContainerName container;
    private List<String> faults = List.of(); // guarded by this
    private boolean none; // guarded by this
    private long asked; // guarded by this
    private boolean known; // guarded by this

    /** @param container to look into; it need not be there */
    public AccountsReadiness(Accounts accounts, ContainerName container) {
        this.accounts = accounts;
        this.container = container;
    }

    @Override
    public synchronized void check() {
        if (!known || System.nanoTime() - asked > KEPT.toNanos()) {
            ask();
            asked = System.nanoTime();
            known = true;
        }
        if (none) {
            throw RpcFailure.failedPrecondition("no storage account can be used: " + String.join("; ", faults));
        }
    }

    private void ask() {
        List<OwnAccount> own = accounts.own();
        List<String> now = new ArrayList<>();
        for (OwnAccount account : own) {
            fault(account).ifPresent(fault -> now.add("account " + account.name() + ": " + fault));
        }
        if (!now.equals(faults)) {
            now.forEach(fault -> LOG.log(Level.WARNING, "not ready: {0}", fault));
        }
        faults = now;
        none = !now.isEmpty() && now.size() == own.size();
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
