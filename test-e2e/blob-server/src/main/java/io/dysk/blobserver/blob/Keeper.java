package io.dysk.blobserver.blob;

import io.dysk.blobserver.pages.Content;
import java.io.IOException;

/** Where contents are, and what is kept of everything else beyond the life of the process. */
interface Keeper extends AutoCloseable {
    /** A new, empty content. */
    Content newContent();

    /** A number for a new blob. */
    long newBlobId();

    /** Keeps the container as it is now; its monitor is held. */
    void save(Container container);

    /** Keeps the blob's properties, lease and list of snapshots as they are now; its monitor is held. */
    void save(Blob blob);

    void forget(Container container);

    void forget(Blob blob);

    @Override
    void close() throws IOException;
}
