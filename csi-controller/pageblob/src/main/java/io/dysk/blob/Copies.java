package io.dysk.blob;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import io.dysk.blob.BlobException.Answer;
import io.dysk.blob.Operation.Repeat;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/**
 * Copies that the service makes by itself, never over a blob that is there.
 *
 * <p>The request is put together here, since the SDK offers it only together with polling that has no time limit. It goes through
 * the SDK's pipeline, which signs it.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/copy-blob">Copy Blob</a>
 */
final class Copies {
    private static final HttpHeaderName COPY_ID = HttpHeaderName.fromString("x-ms-copy-id");
    private static final HttpHeaderName COPY_STATUS = HttpHeaderName.fromString("x-ms-copy-status");
    private static final Set<String> NOT_UNDER_WAY = Set.of("NoPendingCopyOperation", "CopyIdMismatch");

    private final BlobAccount account;
    private final AzureClients clients;
    private final ServiceCalls calls;
    private final BlobRequests requests;
    private final Function<BlobAccount, BlobRequests> others;

    /** @param others how to ask another account, with the same limits */
    Copies(BlobAccount account, AzureClients clients, ServiceCalls calls, BlobRequests requests, Function<BlobAccount, BlobRequests> others) {
        this.account = account;
        this.clients = clients;
        this.calls = calls;
        this.requests = requests;
        this.others = others;
    }

    CopyState start(Deadline deadline, BlobAddress target, CopySource source, Map<String, String> callers) {
        BlobState from = read(deadline, source);
        from.properties().copy().filter(copy -> copy.status() != CopyState.Status.SUCCESS).ifPresent(copy -> {
            throw new BlobException.Conflict("can't copy " + source + ": it is the target of a copy that is not complete ("
                    + copy.status() + ")", Answer.NONE);
        });
        String mark = UUID.randomUUID().toString();
        Map<String, String> metadata = metadata(from, callers, mark);
        Operation operation = Operation.onBlob("copy " + source + " to", target, Repeat.ALWAYS);
        try {
            return calls.run(deadline, operation, time -> request(target, source, from, metadata, time));
        } catch (BlobException.AlreadyExists | BlobException.Conflict | BlobException.PreconditionFailed e) {
            return whatIsThere(deadline, target, mark, e);
        }
    }

    private BlobState read(Deadline deadline, CopySource source) {
        BlobRequests reader = source.otherAccount().map(other -> others.apply(new BlobAccount(other.endpoint(), other.read())))
                .orElse(requests);
        return source.snapshot().isPresent()
                ? reader.read(deadline, source.address(), source.snapshot().get())
                : reader.read(deadline, source.address());
    }

    /** What says how the disk lies in its bytes goes along with the bytes. */
    private static Map<String, String> metadata(BlobState from, Map<String, String> callers, String mark) {
        Map<String, String> metadata = new TreeMap<>(from.metadata());
        metadata.keySet().retainAll(Set.of(Metadata.FORMAT, Metadata.DISK_ID, Metadata.DATA_BYTES));
        metadata.putAll(callers);
        metadata.put(Metadata.CREATION, mark);
        return metadata;
    }

    private CopyState request(BlobAddress target, CopySource source, BlobState from, Map<String, String> metadata, Duration time) {
        HttpRequest request = new HttpRequest(HttpMethod.PUT, account.endpoint().urlOf(target))
                .setHeader(HttpHeaderName.CONTENT_LENGTH, "0")
                .setHeader(HttpHeaderName.IF_NONE_MATCH, "*")
                .setHeader(HttpHeaderName.fromString("x-ms-version"), AzureClients.VERSION.getVersion())
                .setHeader(HttpHeaderName.fromString("x-ms-copy-source"), url(source));
        if (source.snapshot().isEmpty()) {
            // The notes of the disk's layout were read from this state.
            request.setHeader(HttpHeaderName.fromString("x-ms-source-if-match"), from.etag().value());
        }
        metadata.forEach((name, value) -> request.setHeader(HttpHeaderName.fromString("x-ms-meta-" + name), value));
        try (HttpResponse response = Objects.requireNonNull(clients.service().getHttpPipeline().send(request).block(time))) {
            if (response.getStatusCode() / 100 != 2) {
                throw new HttpResponseException(response);
            }
            boolean done = "success".equals(response.getHeaderValue(COPY_STATUS));
            long total = from.properties().blobBytes();
            return new CopyState(Objects.requireNonNull(response.getHeaderValue(COPY_ID)),
                    done ? CopyState.Status.SUCCESS : CopyState.Status.PENDING, done ? total : 0, total, "");
        }
    }

    private String url(CopySource source) {
        String url = source.otherAccount().map(CopySource.OtherAccount::endpoint).orElse(account.endpoint()).urlOf(source.address());
        String snapshot = source.snapshot().map(id -> "snapshot=" + PercentEncoding.query(id.value())).orElse("");
        String sas = source.otherAccount().map(CopySource.OtherAccount::read).or(this::ownSas).map(Credentials.Sas::query).orElse("");
        String query = snapshot + (snapshot.isEmpty() || sas.isEmpty() ? "" : "&") + sas;
        return query.isEmpty() ? url : url + "?" + query;
    }

    // A key or a token opens both ends at once; a SAS opens what it is in the URL of.
    private Optional<Credentials.Sas> ownSas() {
        return account.credentials() instanceof Credentials.Sas sas ? Optional.of(sas) : Optional.empty();
    }

    /** After a refusal: our own copy, begun by a try whose answer was lost, or somebody else's blob. */
    private CopyState whatIsThere(Deadline deadline, BlobAddress target, String mark, BlobException refusal) {
        BlobState there;
        try {
            there = requests.read(deadline, target);
        } catch (BlobException.NotFound e) {
            throw refusal; // it was not about the target
        } catch (BlobException.NotPageBlob e) {
            throw alreadyThere(target, refusal);
        }
        if (mark.equals(there.metadata().get(Metadata.CREATION)) && there.properties().copy().isPresent()) {
            return there.properties().copy().get();
        }
        throw alreadyThere(target, refusal);
    }

    private static BlobException alreadyThere(BlobAddress target, BlobException refusal) {
        return new BlobException.AlreadyExists("can't copy to blob " + target + ": there is one of that name already", refusal.answer());
    }

    boolean abort(Deadline deadline, BlobAddress target, String copyId) {
        if (copyId == null || copyId.isBlank()) {
            throw new BlobException.InvalidArgument("a copy id is missing: expected the one in the properties of blob " + target);
        }
        try {
            calls.run(deadline, Operation.onBlob("abort the copy to", target, Repeat.ALWAYS), time -> clients.pageBlob(target)
                    .abortCopyFromUrlWithResponse(copyId, null, time, Context.NONE).getStatusCode());
            return true;
        } catch (BlobException.Conflict e) {
            if (NOT_UNDER_WAY.contains(e.answer().code())) {
                return false;
            }
            throw e;
        }
    }
}
