package io.dysk.blob;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import reactor.core.publisher.Mono;

/**
 * What stands between the SDK and its HTTP client:
 * <ul>
 * <li>An answer of 2xx without the headers of a blob service is a failure: a captive portal or proxy answers 200 to anything, and the
 *     SDK would take it for success.
 * <li>Bodies of errors are dropped: they may repeat the request with its signature, and the SDK logs them when it can't parse them.
 *     What counts of an error is in its status and headers.
 * <li>The length of requests without a body is taken out of the headers after it was signed: the JDK's client sets it itself, and for
 *     each request that brings one the SDK logs a warning.
 * </ul>
 */
final class BlobServiceHttp implements HttpClient {
    private static final HttpHeaderName REQUEST_ID = HttpHeaderName.fromString("x-ms-request-id");

    private final HttpClient client;

    BlobServiceHttp(HttpClient client) {
        this.client = client;
    }

    @Override
    public Mono<HttpResponse> send(HttpRequest request) {
        return client.send(prepared(request)).map(BlobServiceHttp::checked);
    }

    @Override
    public Mono<HttpResponse> send(HttpRequest request, Context context) {
        return client.send(prepared(request), context).map(BlobServiceHttp::checked);
    }

    @Override
    public HttpResponse sendSync(HttpRequest request, Context context) {
        return checked(client.sendSync(prepared(request), context));
    }

    private static HttpRequest prepared(HttpRequest request) {
        // With a body the SDK needs it, to tell the JDK's client.
        if (request.getBodyAsBinaryData() == null) {
            request.getHeaders().remove(HttpHeaderName.CONTENT_LENGTH);
        }
        return request;
    }

    private static HttpResponse checked(HttpResponse response) {
        int status = response.getStatusCode();
        if (status >= 200 && status < 300) {
            if (response.getHeaders().getValue(REQUEST_ID) == null) {
                response.close();
                throw new IllegalStateException("not the answer of a blob service");
            }
            // The SDK knows which of them each request may have, and reads the body of others as an error.
            return status == 200 || status == 206 ? response : new BodilessResponse(response);
        }
        return new BodilessResponse(response);
    }
}
