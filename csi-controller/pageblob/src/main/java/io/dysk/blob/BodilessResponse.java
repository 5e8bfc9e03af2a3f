package io.dysk.blob;

import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The status and headers of an answer whose body nobody shall see. */
final class BodilessResponse extends HttpResponse {
    private final int status;
    private final HttpHeaders headers;

    BodilessResponse(HttpResponse response) {
        super(response.getRequest());
        status = response.getStatusCode();
        headers = response.getHeaders();
        response.close();
    }

    @Override
    public int getStatusCode() {
        return status;
    }

    @Deprecated
    @Override
    public String getHeaderValue(String name) {
        return headers.getValue(name);
    }

    @Override
    public HttpHeaders getHeaders() {
        return headers;
    }

    @Override
    public Flux<ByteBuffer> getBody() {
        return Flux.empty();
    }

    @Override
    public Mono<byte[]> getBodyAsByteArray() {
        return Mono.empty();
    }

    @Override
    public Mono<String> getBodyAsString() {
        return Mono.empty();
    }

    @Override
    public Mono<String> getBodyAsString(Charset charset) {
        return Mono.empty();
    }
}
