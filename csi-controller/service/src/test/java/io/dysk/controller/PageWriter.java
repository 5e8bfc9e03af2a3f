package io.dysk.controller;

import io.dysk.blob.BlobAccess;
import io.dysk.blob.BlobAddress;
import io.dysk.blob.PageBlobStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** Writes sectors as the kernel of a node does. Every method gives the HTTP status: 201 if it was applied. */
public final class PageWriter {
    private final PageBlobStore store;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public PageWriter(PageBlobStore store) {
        this.store = store;
    }

    public int write(BlobAddress blob, long offset, byte[] sectors, Optional<String> lease) {
        return put(blob, "update", offset, sectors.length, HttpRequest.BodyPublishers.ofByteArray(sectors), lease);
    }

    public int clear(BlobAddress blob, long offset, long length, Optional<String> lease) {
        return put(blob, "clear", offset, length, HttpRequest.BodyPublishers.noBody(), lease);
    }

    private int put(BlobAddress blob, String kind, long offset, long length, HttpRequest.BodyPublisher body, Optional<String> lease) {
        String sas = store.grant(blob, Optional.empty(), BlobAccess.READ_WRITE, Duration.ofMinutes(5)).query();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(store.endpoint().urlOf(blob) + "?comp=page&" + sas))
                .header("x-ms-page-write", kind).header("x-ms-version", "2023-11-03")
                .header("x-ms-range", "bytes=" + offset + "-" + (offset + length - 1)).PUT(body);
        lease.ifPresent(id -> request.header("x-ms-lease-id", id));
        for (int attempt = 1; ; attempt++) {
            try {
                return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
            } catch (IOException e) {
                // The JDK's client closes a connection once in some 10,000 requests without a body, when it is used again at once.
                if (attempt == 3) {
                    throw new AssertionError(e);
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
