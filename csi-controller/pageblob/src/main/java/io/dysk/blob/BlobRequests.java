package io.dysk.blob;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.PageBlobRequestConditions;
import com.azure.storage.blob.models.PageRange;
import com.azure.storage.blob.models.SequenceNumberActionType;
import com.azure.storage.blob.options.PageBlobUploadPagesOptions;
import com.azure.storage.blob.specialized.PageBlobClient;
import io.dysk.blob.Operation.Repeat;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Single requests on one blob, each guarded by what its caller knows of the blob, for changes made of several. */
final class BlobRequests {
    /** Of a busy blob the state read is old when the change arrives; a standard blob takes 500 writes a second at most. */
    private static final int TRIES_ON_A_BUSY_BLOB = 40;

    private final AzureClients clients;
    private final ServiceCalls calls;

    BlobRequests(AzureClients clients, ServiceCalls calls) {
        this.clients = clients;
        this.calls = calls;
    }

    BlobState read(Deadline deadline, BlobAddress address) {
        return calls.run(deadline, Operation.onBlob("read the properties of", address, Repeat.READS), time ->
                BlobState.of(address, Optional.empty(),
                        clients.pageBlob(address).getPropertiesWithResponse(null, time, Context.NONE).getValue()));
    }

    BlobState read(Deadline deadline, BlobAddress address, SnapshotId snapshot) {
        Operation operation = new Operation("read the properties of snapshot " + snapshot + " of blob " + address,
                Operation.Target.BLOB, Repeat.READS);
        return calls.run(deadline, operation, time -> BlobState.of(address, Optional.of(snapshot),
                clients.pageBlob(address, snapshot).getPropertiesWithResponse(null, time, Context.NONE).getValue()));
    }

    /** The blob, if this lease, and no other, is in force. */
    Optional<BlobState> readUnder(Deadline deadline, BlobAddress address, LeaseId lease) {
        var condition = new BlobRequestConditions().setLeaseId(lease.toString());
        try {
            return Optional.of(calls.run(deadline, Operation.onBlob("check the lease of", address, Repeat.READS), time ->
                    BlobState.of(address, Optional.empty(),
                            clients.pageBlob(address).getPropertiesWithResponse(condition, time, Context.NONE).getValue())));
        } catch (BlobException.LeaseHeld | BlobException.LeaseLost | BlobException.PreconditionFailed e) {
            return Optional.empty();
        }
    }

    /**
     * Makes a change that starts from a state just read, again and again until none comes in between.
     *
     * @param expected refuse any other state to start from
     * @param change makes it, guarded by the state's ETag; does nothing if it is there already; must be able to go on from any
     *               state that an earlier, half-done try left
     */
    <T> T guarded(Deadline deadline, BlobAddress address, Optional<ETag> expected, Function<BlobState, T> change) {
        return guarded(deadline, expected, read(deadline, address), change);
    }

    /** The same, where the state to start from is known already. */
    <T> T guarded(Deadline deadline, Optional<ETag> expected, BlobState known, Function<BlobState, T> change) {
        BlobAddress address = known.properties().address();
        BlobException.Unavailable unknown = null;
        for (int attempt = 1; ; attempt++) {
            BlobState state = attempt == 1 ? known : read(deadline, address);
            if (expected.isPresent() && !expected.get().equals(state.etag())) {
                if (unknown != null) {
                    throw unknown; // it may be our own change that we see
                }
                throw new BlobException.PreconditionFailed("blob " + address + " is not in the state that was named: it changed since",
                        BlobException.Answer.NONE);
            }
            try {
                return change.apply(state);
            } catch (BlobException.PreconditionFailed e) {
                if (attempt >= TRIES_ON_A_BUSY_BLOB || !deadline.left().isPositive()) {
                    throw new BlobException.PreconditionFailed("blob " + address + " changes too fast to be changed safely from here:"
                            + " it is being written; stop the writer for a moment, or detach it, and try again", e.answer());
                }
            } catch (BlobException.Unavailable e) {
                // A late request meets another ETag, so starting over from what is there now is safe.
                if (e.outcomeKnown() || attempt >= TRIES_ON_A_BUSY_BLOB || !deadline.left().isPositive()) {
                    throw e;
                }
                unknown = e;
            }
        }
    }

    ETag resize(Deadline deadline, BlobAddress address, long blobBytes, ETag from, Optional<LeaseId> lease) {
        return change(deadline, "resize", address, (client, time) -> client
                .resizeWithResponse(blobBytes, conditions(from, lease), time, Context.NONE).getValue().getETag());
    }

    ETag write(Deadline deadline, BlobAddress address, long offset, byte[] pages, ETag from, Optional<LeaseId> lease) {
        return change(deadline, "write the footer of", address, (client, time) -> client
                .uploadPagesWithResponse(new PageBlobUploadPagesOptions(range(offset, pages.length), BinaryData.fromBytes(pages))
                        .setRequestConditions(pageConditions(from, lease)), time, Context.NONE).getValue().getETag());
    }

    ETag clear(Deadline deadline, BlobAddress address, long offset, long length, ETag from, Optional<LeaseId> lease) {
        return change(deadline, "clear the old footer of", address, (client, time) -> client
                .clearPagesWithResponse(range(offset, length), pageConditions(from, lease), time, Context.NONE).getValue().getETag());
    }

    ETag setMetadata(Deadline deadline, BlobAddress address, Map<String, String> metadata, ETag from, Optional<LeaseId> lease) {
        return change(deadline, "set the metadata of", address, (client, time) -> client
                .setMetadataWithResponse(metadata, conditions(from, lease), time, Context.NONE)
                .getHeaders().getValue(HttpHeaderName.ETAG));
    }

    /** The same, and what the blob is then. */
    BlobState withMetadata(Deadline deadline, BlobState from, Map<String, String> metadata, Optional<LeaseId> lease) {
        BlobAddress address = from.properties().address();
        return calls.run(deadline, Operation.onBlob("set the metadata of", address, Repeat.IF_NOT_APPLIED), time -> {
            HttpHeaders headers = clients.pageBlob(address)
                    .setMetadataWithResponse(metadata, conditions(from.etag(), lease), time, Context.NONE).getHeaders();
            String modified = headers.getValue(HttpHeaderName.LAST_MODIFIED);
            return from.changed(metadata, BlobState.etag(Objects.requireNonNull(headers.getValue(HttpHeaderName.ETAG))),
                    modified == null ? from.properties().modifiedAt()
                            : ZonedDateTime.parse(modified, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
        });
    }

    long raiseSequenceNumber(Deadline deadline, BlobAddress address, long atLeast, Optional<LeaseId> lease) {
        var conditions = new BlobRequestConditions().setLeaseId(text(lease));
        return calls.run(deadline, Operation.onBlob("raise the sequence number of", address, Repeat.ALWAYS), time ->
                Objects.requireNonNull(clients.pageBlob(address)
                        .updateSequenceNumberWithResponse(SequenceNumberActionType.MAX, atLeast, conditions, time, Context.NONE)
                        .getValue().getBlobSequenceNumber()));
    }

    private ETag change(Deadline deadline, String verb, BlobAddress address,
            BiFunction<PageBlobClient, Duration, String> request) {
        return calls.run(deadline, Operation.onBlob(verb, address, Repeat.IF_NOT_APPLIED), time ->
                BlobState.etag(Objects.requireNonNull(request.apply(clients.pageBlob(address), time))));
    }

    static BlobRequestConditions conditions(ETag from, Optional<LeaseId> lease) {
        return new BlobRequestConditions().setIfMatch(from.value()).setLeaseId(text(lease));
    }

    private static PageBlobRequestConditions pageConditions(ETag from, Optional<LeaseId> lease) {
        var conditions = new PageBlobRequestConditions();
        conditions.setIfMatch(from.value()).setLeaseId(text(lease));
        return conditions;
    }

    private static String text(Optional<LeaseId> lease) {
        return lease.map(LeaseId::toString).orElse(null);
    }

    private static PageRange range(long offset, long length) {
        return new PageRange().setStart(offset).setEnd(offset + length - 1);
    }
}
