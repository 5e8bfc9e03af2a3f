package io.dysk.blob;

import com.azure.core.util.Context;
import com.azure.storage.blob.models.UserDelegationKey;
import io.dysk.blob.Operation.Repeat;
import io.dysk.blob.Operation.Target;
import io.dysk.blob.SasSigner.DelegationKey;
import io.dysk.blob.SasSigner.Grant;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/** Hands out rights to one blob, by whatever the store itself has. */
final class Grants {
    /** A user delegation key lives for 7 days at most; what is given up here lets clocks differ. */
    private static final Duration LONGEST_DELEGATION = Duration.ofDays(7).minus(Duration.ofMinutes(15));
    private static final Duration SKEW = Duration.ofMinutes(5);

    private final BlobAccount account;
    private final AzureClients clients;
    private final ServiceCalls calls;
    private final InstantSource clock;
    private final SasSigner signer;

    Grants(BlobAccount account, AzureClients clients, ServiceCalls calls, InstantSource clock) {
        this.account = account;
        this.clients = clients;
        this.calls = calls;
        this.clock = clock;
        this.signer = new SasSigner(account.endpoint());
    }

    Credentials.Sas grant(Deadline deadline, Grant grant) {
        if (grant.snapshot().isPresent() && grant.access() != BlobAccess.READ) {
            throw new BlobException.InvalidArgument("snapshots can't be written: ask for read access only");
        }
        if (!grant.expiry().isAfter(clock.instant())) {
            throw new BlobException.InvalidArgument("a SAS must be valid for more than zero time");
        }
        return switch (account.credentials()) {
            case Credentials.SharedKey key -> signer.sign(grant, key);
            case Credentials.Token token -> signer.sign(grant, delegationKey(deadline, grant));
            case Credentials.Sas sas -> throw new BlobException.InvalidArgument(
                    "no SAS can be made of a SAS: pass that one on, or configure a key or an identity");
        };
    }

    private DelegationKey delegationKey(Deadline deadline, Grant grant) {
        Instant now = clock.instant();
        if (Duration.between(now, grant.expiry()).compareTo(LONGEST_DELEGATION) > 0) {
            throw new BlobException.InvalidArgument("a SAS made by an identity is valid for 7 days less 15 minutes at most");
        }
        Operation operation = new Operation("get a user delegation key of account " + account.endpoint().account(),
                Target.ACCOUNT, Repeat.READS);
        return calls.run(deadline, operation, time -> checked(clients.service()
                .getUserDelegationKeyWithResponse(utc(now.minus(SKEW)), utc(grant.expiry()), time, Context.NONE).getValue()));
    }

    private static DelegationKey checked(UserDelegationKey key) {
        return new DelegationKey(Objects.requireNonNull(key.getSignedObjectId()), Objects.requireNonNull(key.getSignedTenantId()),
                text(key.getSignedStart()), text(key.getSignedExpiry()), Objects.requireNonNull(key.getSignedService()),
                Objects.requireNonNull(key.getSignedVersion()), Objects.requireNonNull(key.getValue()));
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).atOffset(ZoneOffset.UTC);
    }

    private static String text(OffsetDateTime time) {
        return time.toInstant().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
