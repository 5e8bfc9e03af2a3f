package io.dysk.blobserver.blob;

import io.dysk.blobserver.auth.Access;
import io.dysk.blobserver.auth.Accounts;
import io.dysk.blobserver.http.HeaderName;
import io.dysk.blobserver.http.RequestHead;
import io.dysk.blobserver.limit.Limits;
import io.dysk.blobserver.limit.Throttles;
import io.dysk.blobserver.protocol.Target;
import java.net.InetSocketAddress;

/**
 * A request target as one connection knows it: parsed, its SAS judged, its blob looked up. All
 * requests with the same bytes of target and host share it. For one thread.
 */
final class Place {
    final Target target;
    final Access access;
    /** Value of the snapshot parameter, or null. */
    final String snapshot;

    private final byte[] targetBytes;
    private final byte[] host;
    private Blob blob;
    private Throttles throttles;
    private int limitsVersion;

    Place(RequestHead request, Accounts accounts, InetSocketAddress peer) {
        targetBytes = request.targetBytes();
        host = request.valueBytes(HeaderName.HOST);
        target = Target.parse(request.value(HeaderName.HOST), request.path(), request.query(), accounts.names());
        access = Access.to(target, request.path(), accounts, peer);
        snapshot = target.query().get("snapshot");
    }

    boolean isOf(RequestHead request) {
        return request.targetIs(targetBytes, host);
    }

    /** The blob; BlobNotFound or ContainerNotFound if it isn't there. It may be deleted before its monitor is taken. */
    Blob blob(Store store) {
        if (blob == null || !blob.live()) {
            blob = store.blob(target.account(), target.container(), target.blob());
        }
        return blob;
    }

    /** What limits the requests for this, as it is now. */
    Throttles throttles(Limits limits) {
        int version = limits.version();
        if (throttles == null || limitsVersion != version) {
            throttles = limits.of(target.account(), target.container(), target.blob());
            limitsVersion = version;
        }
        return throttles;
    }
}
