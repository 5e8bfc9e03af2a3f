package io.dysk.blob;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import reactor.core.publisher.Mono;

/**
 * Takes the length of requests without a body out of the headers after it was signed: the JDK's client sets it itself, and for each
 * request that brings one the SDK logs a warning.
 */
final class LengthlessHeaders implements HttpClient {
    private final HttpClient client;

    LengthlessHeaders(HttpClient client) {
        this.client = client;
    }

    @Override
    public Mono<HttpResponse> send(HttpRequest request) {
        return client.send(without(request));
    }

    @Override
    public Mono<HttpResponse> send(HttpRequest request, Context context) {
        return client.send(without(request), context);
    }

    @Override
    public HttpResponse sendSync(HttpRequest request, Context context) {
        return client.sendSync(without(request), context);
    }

    private static HttpRequest without(HttpRequest request) {
        // With a body the SDK needs it, to tell the JDK's client.
        if (request.getBodyAsBinaryData() == null) {
            request.getHeaders().remove(HttpHeaderName.CONTENT_LENGTH);
        }
        return request;
    }
}
