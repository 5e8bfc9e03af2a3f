package io.dysk.blob;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeader;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.core.util.FluxUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import reactor.core.publisher.Mono;

/**
 * The SDK's requests over the JDK's HTTP client, with what a blob service needs and general clients don't have:
 * <ul>
 * <li>An answer of 2xx without the headers of a blob service is a failure: a captive portal or proxy answers 200 to anything, and the
 *     SDK would take it for success.
 * <li>Bodies of errors are dropped: they may repeat the request with its signature, and the SDK logs them when it can't parse them.
 *     What counts of an error is in its status and headers.
 * </ul>
 * Bodies are kept in memory as a whole: they are lists and footers, volumes' data don't pass through here.
 */
final class BlobServiceHttp implements HttpClient {
    private static final Duration LONGEST_REQUEST = Duration.ofMinutes(10); // each call sets its own, shorter one
    private static final String REQUEST_ID = "x-ms-request-id";
    /** What the JDK's client sets itself. */
    private static final Set<String> SET_BY_CLIENT = Set.of("content-length", "host", "connection", "expect", "upgrade");
    private static final byte[] EMPTY = {};

    private final java.net.http.HttpClient client;

    BlobServiceHttp(java.net.http.HttpClient client) {
        this.client = client;
    }

    @Override
    public Mono<HttpResponse> send(HttpRequest request) {
        Mono<byte[]> body = request.getBody() == null ? Mono.just(EMPTY) : FluxUtil.collectBytesInByteBufferStream(request.getBody());
        return body
                .flatMap(bytes -> Mono.fromFuture(() -> client.sendAsync(translated(request, bytes), BlobServiceHttp::body)))
                .map(answer -> checked(request, answer));
    }

    @Override
    public HttpResponse sendSync(HttpRequest request, Context context) {
        BinaryData body = request.getBodyAsBinaryData();
        try {
            return checked(request, client.send(translated(request, body == null ? EMPTY : body.toBytes()), BlobServiceHttp::body));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static java.net.http.HttpRequest translated(HttpRequest request, byte[] body) {
        var translated = java.net.http.HttpRequest.newBuilder(URI.create(request.getUrl().toString()))
                .timeout(LONGEST_REQUEST)
                .method(request.getHttpMethod().name(), body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        for (HttpHeader header : request.getHeaders()) {
            if (!SET_BY_CLIENT.contains(header.getName().toLowerCase(Locale.ROOT))) {
                header.getValuesList().forEach(value -> translated.header(header.getName(), value));
            }
        }
        return translated.build();
    }

    private static BodySubscriber<byte[]> body(ResponseInfo info) {
        boolean wanted = info.statusCode() == 200 || info.statusCode() == 206;
        return wanted ? BodySubscribers.ofByteArray() : BodySubscribers.replacing(EMPTY);
    }

    private static HttpResponse checked(HttpRequest request, java.net.http.HttpResponse<byte[]> answer) {
        boolean success = answer.statusCode() >= 200 && answer.statusCode() < 300;
        // The one POST, for a delegation key, goes over TLS only, and its answer is a document that is checked; Azurite gives it no id.
        boolean document = request.getHttpMethod() == HttpMethod.POST;
        if (success && !document && answer.headers().firstValue(REQUEST_ID).isEmpty()) {
            throw new IllegalStateException("not the answer of a blob service");
        }
        return new WholeAnswer(request, answer);
    }
}
