package io.dysk.blob;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpResponse;
import io.dysk.blob.BlobException.Answer;
import io.dysk.blob.Operation.Repeat;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/**
 * Turns what the SDK and the network throw into {@link BlobException}: the only place that does. An answer of the service goes to
 * {@link ServiceErrors}; this class tells failures without an answer apart. Nothing of the original exception is kept but names
 * and our own words, since its message may repeat a request with its signature.
 */
final class ErrorMapping {
    private static final int LONGEST_CHAIN = 20;

    private final Endpoint endpoint;
    private final ServiceErrors answers;

    ErrorMapping(Endpoint endpoint, InstantSource clock) {
        this.endpoint = endpoint;
        this.answers = new ServiceErrors(endpoint, clock);
    }

    BlobException map(Operation operation, Throwable thrown) {
        List<Throwable> chain = chain(thrown);
        for (Throwable t : chain) {
            if (t instanceof BlobException ours) {
                return ours;
            }
            if (t instanceof HttpResponseException e && e.getResponse() != null) {
                return answer(operation, e.getResponse());
            }
        }
        // From the surest sign to the vaguest: the vague ones wrap the sure ones.
        if (has(chain, InterruptedException.class)) {
            Thread.currentThread().interrupt();
            return unavailable(operation, "the calling thread was interrupted", false);
        }
        if (has(chain, UnknownHostException.class) || has(chain, UnresolvedAddressException.class)) {
            return new BlobException.NotFound(cannot(operation) + "host " + endpoint.host()
                    + " can't be resolved: check the account name and the DNS of this machine",
                    BlobException.NotFound.Missing.ACCOUNT, Answer.NONE);
        }
        if (has(chain, SSLException.class)) {
            return tls(operation, chain);
        }
        if (has(chain, HttpConnectTimeoutException.class)) {
            return unavailable(operation, "no connection within the time limit: check routes and firewalls", true);
        }
        if (has(chain, ConnectException.class)) {
            return unavailable(operation, "the connection was refused or there is no route: check that the endpoint is right and reachable", true);
        }
        if (has(chain, TimeoutException.class) || has(chain, HttpTimeoutException.class)) {
            return unavailable(operation, "no answer within the time limit", false);
        }
        if (has(chain, IOException.class)) {
            return unavailable(operation, "the connection broke before the answer was complete", false);
        }
        if (thrown instanceof IllegalStateException e && e.getMessage() != null && e.getMessage().startsWith("Timeout on blocking read")) {
            return unavailable(operation, "no answer within the time limit", false);
        }
        return unavailable(operation, "the answer was not one of a blob service (" + thrown.getClass().getSimpleName() + ")", false);
    }

    /** A failure after an earlier try that may have been applied. */
    BlobException withUnknownOutcome(Operation operation, BlobException failure) {
        if (operation.repeat() == Repeat.READS || failure instanceof BlobException.Unavailable u && !u.outcomeKnown()) {
            return failure;
        }
        if (failure instanceof BlobException.Throttled || failure instanceof BlobException.Unavailable) {
            return new BlobException.Unavailable(failure.getMessage() + "; an earlier try may have been applied", false, Answer.NONE);
        }
        return failure;
    }

    BlobException answer(Operation operation, HttpResponse response) {
        return answers.map(operation, new ServiceErrors.Refusal(
                response.getStatusCode(),
                response.getHeaderValue(HttpHeaderName.fromString("x-ms-error-code")),
                response.getHeaderValue(HttpHeaderName.fromString("x-ms-request-id")),
                response.getHeaderValue(HttpHeaderName.DATE),
                response.getHeaderValue(HttpHeaderName.RETRY_AFTER)));
    }

    private BlobException tls(Operation operation, List<Throwable> chain) {
        boolean certificate = has(chain, CertificateException.class) || has(chain, CertPathBuilderException.class);
        boolean handshake = has(chain, SSLHandshakeException.class);
        return unavailable(operation, certificate
                ? "its certificate is not trusted here: add its authority to the trust store of the Java runtime"
                : "TLS failed: check that the endpoint speaks https on this port", certificate || handshake);
    }

    private BlobException unavailable(Operation operation, String why, boolean notSent) {
        boolean known = notSent || operation.repeat() == Repeat.READS;
        return new BlobException.Unavailable(cannot(operation) + endpoint + ": " + why
                + (known ? "" : "; whether it was done is not known"), known, Answer.NONE);
    }

    static String cannot(Operation operation) {
        return "can't " + operation.what() + ": ";
    }

    private static boolean has(List<Throwable> chain, Class<? extends Throwable> kind) {
        return chain.stream().anyMatch(kind::isInstance);
    }

    private static List<Throwable> chain(Throwable thrown) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable t = thrown; t != null && chain.size() < LONGEST_CHAIN; t = t.getCause()) {
            chain.add(t);
        }
        return chain;
    }
}
