package io.dysk.ctl;

import io.dysk.blob.BlobAccount;
import io.dysk.blob.BlobException;
import io.dysk.blob.ContainerName;
import io.dysk.blob.DiskFormat;
import io.dysk.blob.Endpoint;
import io.dysk.blob.LeaseHolder;
import io.dysk.blob.Listing;
import io.dysk.blob.PageBlobProperties;
import io.dysk.blob.PageBlobStore;
import io.dysk.blob.Reachability;
import io.dysk.kernel.EndpointException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The doctor's checks of an account, as the module would reach it: name, plain HTTP, clock, credentials; and of a blob, if
 * one was named: kind and lease.
 */
final class AccountChecks {

    private static final Duration TIDY_SKEW = Duration.ofSeconds(30);

    private final Surroundings surroundings;
    private final BlobAccount account;
    private final Optional<NamedBlob> blob;
    private final Optional<String> container;
    private final List<Finding> findings = new ArrayList<>();

    AccountChecks(Surroundings surroundings, BlobAccount account, Optional<NamedBlob> blob, Optional<String> container) {
        this.surroundings = surroundings;
        this.account = account;
        this.blob = blob;
        this.container = container;
    }

    List<Finding> run() {
        Endpoint plain = plainHttp(account.endpoint());
        if (account.endpoint().https()) {
            findings.add(Finding.warning("endpoint", account.endpoint() + " is HTTPS, and the module has no TLS yet",
                    "Where the way to the account is private, attach with --plain-http or give --endpoint " + plain + "."));
        } else {
            findings.add(Finding.ok("endpoint", plain.toString()));
        }
        if (resolves(plain) && reachable(plain)) {
            access();
        } else {
            findings.add(Finding.skipped("credentials", "the endpoint can't be reached"));
        }
        return findings;
    }

    private boolean resolves(Endpoint plain) {
        try {
            findings.add(Finding.ok("name", plain.host() + " is "
                    + NamedBlob.kernelEndpoint(plain).resolve(true).addresses()));
            return true;
        } catch (EndpointException e) {
            findings.add(Finding.problem("name", plain.host(), e.getMessage()));
            return false;
        }
    }

    /** The probe sends no credentials, so it may go over plain HTTP. */
    private boolean reachable(Endpoint plain) {
        try {
            Reachability seen = surroundings.stores().apply(new BlobAccount(plain, account.credentials())).probe();
            findings.add(Finding.ok("plain http", "answered with HTTP " + seen.httpStatus() + " in "
                    + Durations.format(seen.roundTrip())));
            findings.add(clock(seen.serverAhead()));
            return true;
        } catch (BlobException.NeedsHttps e) {
            findings.add(Finding.problem("plain http", "the account refuses it",
                    "Turn off 'secure transfer required' on the account (the module has no TLS yet) and keep the traffic"
                            + " inside a virtual network with a private endpoint, or use another account."));
            return account.endpoint().https();
        } catch (BlobException e) {
            findings.add(Finding.problem("plain http", "no usable answer", e.getMessage()));
            return false;
        }
    }

    private static Finding clock(Duration ahead) {
        String detail = "the service's clock is " + Math.abs(ahead.toSeconds()) + " s "
                + (ahead.isNegative() ? "behind" : "ahead");
        String advice = "Set this machine's clock (chrony, systemd-timesyncd): from 15 minutes on the service refuses keys.";
        if (ahead.abs().compareTo(Reachability.MAX_SKEW) >= 0) {
            return Finding.problem("clock", detail, advice);
        }
        return ahead.abs().compareTo(TIDY_SKEW) > 0
                ? Finding.warning("clock", detail, advice)
                : Finding.ok("clock", detail);
    }

    private void access() {
        PageBlobStore store = surroundings.stores().apply(account);
        if (blob.isEmpty() && container.isEmpty()) {
            findings.add(Finding.skipped("credentials", "give a blob or --container to try them"));
            return;
        }
        try {
            if (blob.isPresent()) {
                PageBlobProperties seen = store.properties(blob.get().address());
                findings.add(Finding.ok("credentials", account.credentials() + " is accepted"));
                findings.add(kind(seen));
                findings.add(lease(store, seen));
            } else {
                store.list(new ContainerName(container.get()), new Listing("", false, 1, Optional.empty()));
                findings.add(Finding.ok("credentials", account.credentials() + " is accepted"));
            }
        } catch (BlobException.NotFound | BlobException.NotPageBlob e) {
            findings.add(Finding.ok("credentials", account.credentials() + " is accepted"));
            findings.add(Finding.problem("blob", "can't be attached", e.getMessage()));
        } catch (BlobException e) {
            findings.add(Finding.problem("credentials", account.credentials().toString(), e.getMessage()));
        }
    }

    private Finding kind(PageBlobProperties seen) {
        String detail = "page blob, " + Sizes.format(seen.dataBytes()) + ", " + DeviceView.lower(seen.format());
        return seen.format() == DiskFormat.VHD_INCOMPLETE
                ? Finding.problem("blob", detail, "A change of its size was cut short: 'dyskctl resize "
                        + seen.address() + " " + seen.dataBytes() + "' completes it.")
                : Finding.ok("blob", detail);
    }

    private Finding lease(PageBlobStore store, PageBlobProperties seen) {
        if (!seen.lease().locksWrites()) {
            return Finding.ok("lease", "free");
        }
        String self = surroundings.machine().hostName();
        String holder = store.leaseHolder(seen.address()).map(LeaseHolder::name).orElse("an unknown holder");
        return holder.equals(self)
                ? Finding.ok("lease", "held by this node")
                : Finding.warning("lease", "held by " + holder, "It can be attached read-only, or after it was detached there. If "
                        + holder + " is gone for good: dyskctl attach --break-lease.");
    }

    private static Endpoint plainHttp(Endpoint endpoint) {
        return endpoint.https()
                ? new Endpoint(false, endpoint.host(), endpoint.port() == 443 ? 80 : endpoint.port(), endpoint.account(),
                        endpoint.pathStyle())
                : endpoint;
    }
}
