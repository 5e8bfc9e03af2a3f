package io.dysk.blob;

import io.dysk.blob.Operation.Repeat;
import io.dysk.blob.Operation.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;

/** Asks an endpoint for a sign of life with one request that carries no credentials, so that none can be refused. */
final class Probe {
    private final Endpoint endpoint;
    private final HttpClient http;
    private final ServiceCalls calls;
    private final ServiceErrors errors;
    private final InstantSource clock;

    Probe(Endpoint endpoint, HttpClient http, ServiceCalls calls, InstantSource clock) {
        this.endpoint = endpoint;
        this.http = http;
        this.calls = calls;
        this.errors = new ServiceErrors(endpoint, clock);
        this.clock = clock;
    }

    Reachability ask(Deadline deadline) {
        Operation operation = new Operation("reach account " + endpoint.account(), Target.ACCOUNT, Repeat.READS);
        return calls.run(deadline, operation, time -> ask(operation, time));
    }

    private Reachability ask(Operation operation, Duration time) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(endpoint.url() + (endpoint.pathStyle() ? "" : "/") + "?comp=list"))
                .header("x-ms-version", AzureClients.VERSION.getVersion())
                .timeout(time)
                .build();
        long sent = System.nanoTime();
        HttpResponse<Void> response = send(request);
        Duration roundTrip = Duration.ofNanos(System.nanoTime() - sent);

        String code = header(response, "x-ms-error-code");
        if (response.statusCode() == 400 && code.equals("AccountRequiresHttps") || response.statusCode() == 503) {
            throw errors.map(operation, new ServiceErrors.Refusal(response.statusCode(), code, header(response, "x-ms-request-id"),
                    header(response, "date"), header(response, "retry-after")));
        }
        // The service's date is of some moment between sending and receiving.
        Duration ahead = ServiceErrors.serverAhead(header(response, "date"), clock.instant().minus(roundTrip.dividedBy(2)))
                .filter(known -> !header(response, "x-ms-request-id").isEmpty())
                .orElseThrow(() -> new BlobException.Unavailable("can't reach account " + endpoint.account() + ": " + endpoint
                        + " answered, but not as a blob service does; check the endpoint", true, BlobException.Answer.NONE));
        return new Reachability(ahead, endpoint.https(), response.statusCode(), roundTrip);
    }

    private HttpResponse<Void> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
