package io.dysk.blobserver.blob;

import java.nio.ByteBuffer;

/**
 * Told of every applied change as it happens, so that a run of any length can be followed without the
 * log keeping it.
 */
@FunctionalInterface
public interface AppliedWrites {
    /**
     * One change was applied. It is called on the thread that applied it, with the blob's monitor held and
     * before the request is answered: the calls for one blob come in the order of its changes (of which the
     * numbers tell, too), those for different blobs may come at the same time. It must be quick and must not
     * throw, since the change is applied already.
     *
     * @param change what; its data is null unless the log keeps data
     * @param bytes what an update wrote, read-only and valid during the call only; null for all other kinds
     */
    void applied(AppliedWrite change, ByteBuffer bytes);
}
