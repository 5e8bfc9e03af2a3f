package io.dysk.kernelsuite.ghosts;

import io.dysk.kernelsuite.Endpoint;
import io.dysk.kernelsuite.PageBlob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.OptionalInt;

/** Does to a blob what no program of ours does: with its lease, but without regard to its fence. For tests that have to fail. */
record Impostor(PageBlob blob) {
    private static final String VERSION = "2021-12-02";

    /** Put Page without a condition; the status, or nothing when the answer was lost. */
    OptionalInt write(long offset, byte[] bytes) {
        return put("page", bytes, "x-ms-page-write", "update", "x-ms-range", "bytes=" + offset + "-" + (offset + bytes.length - 1));
    }

    /** Sets the sequence number, to a lower one too. */
    OptionalInt sequence(long number) {
        return put("properties", new byte[0], "x-ms-sequence-number-action", "update", "x-ms-blob-sequence-number", Long.toString(number));
    }

    private OptionalInt put(String comp, byte[] body, String... headers) {
        Endpoint endpoint = blob.endpoint();
        URI uri = URI.create("http://127.0.0.1:" + endpoint.port() + "/" + Endpoint.ACCOUNT + "/" + Endpoint.CONTAINER + "/" + blob.name()
                + "?comp=" + comp + "&" + endpoint.sas(blob).secret());
        HttpRequest request = HttpRequest.newBuilder(uri).headers(headers).header("x-ms-version", VERSION)
                .header("x-ms-lease-id", blob.lease()).PUT(HttpRequest.BodyPublishers.ofByteArray(body)).build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return OptionalInt.of(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode());
        } catch (IOException e) {
            return OptionalInt.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", e));
        }
    }
}
