package io.dysk.ctl;

import io.dysk.blob.BlobAccount;
import io.dysk.blob.BlobAddress;
import io.dysk.blob.Credentials;
import io.dysk.blob.SnapshotId;
import io.dysk.kernel.BlobEndpoint;
import io.dysk.kernel.BlobLocation;
import io.dysk.kernel.Credential;
import java.util.Optional;

/**
 * A blob that the user named, with the account that opens it.
 *
 * @param account where it is, and the credentials
 * @param address container and blob
 * @param snapshot of it, if one was named
 */
record NamedBlob(BlobAccount account, BlobAddress address, Optional<SnapshotId> snapshot) {

    NamedBlob withSnapshot(SnapshotId id) {
        return new NamedBlob(account, address, Optional.of(id));
    }

    /** As the kernel knows it. */
    BlobLocation location() {
        return new BlobLocation(
                account.endpoint().account().value(),
                address.container().value(),
                address.blob().value(),
                snapshot.map(SnapshotId::value));
    }

    /** Names the volume for ever: {@code account/container/blob}. */
    String volumeId() {
        return volumeId(BlobLocation.of(
                account.endpoint().account().value(), address.container().value(), address.blob().value()));
    }

    static String volumeId(BlobLocation location) {
        return location.account() + "/" + location.container() + "/" + location.blob();
    }

    /** Where the kernel reaches the account. */
    BlobEndpoint kernelEndpoint() {
        return kernelEndpoint(account.endpoint());
    }

    static BlobEndpoint kernelEndpoint(io.dysk.blob.Endpoint endpoint) {
        String host = endpoint.host();
        return new BlobEndpoint(
                endpoint.https(),
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                endpoint.port(),
                endpoint.pathStyle(),
                endpoint.account().value());
    }

    /** What the kernel signs its requests with. */
    Credential kernelCredential() {
        return kernelCredential(account.credentials());
    }

    static Credential kernelCredential(Credentials credentials) {
        return switch (credentials) {
            case Credentials.SharedKey key -> Credential.sharedKey(key.base64());
            case Credentials.Sas sas -> Credential.sas(sas.query());
            case Credentials.Token token ->
                throw CtlException.usage("the kernel module takes account keys and SAS, not tokens");
        };
    }

    /** {@code account/container/blob}, with the snapshot if it is one. */
    @Override
    public String toString() {
        return location().toString();
    }
}
