package io.dysk.blobserver.blob;

import io.dysk.blobserver.pages.Chunks;
import io.dysk.blobserver.pages.Content;

/** Keeps nothing: blobs are in memory and end with the server. */
final class MemoryKeeper implements Keeper {
    private final Chunks chunks = new Chunks();

    @Override
    public Content newContent() {
        return Content.inMemory(chunks);
    }

    @Override
    public long newBlobId() {
        return 0;
    }

    @Override
    public void save(Container container) {}

    @Override
    public void save(Blob blob) {}

    @Override
    public void forget(Container container) {}

    @Override
    public void forget(Blob blob) {}

    @Override
    public void close() {}
}
