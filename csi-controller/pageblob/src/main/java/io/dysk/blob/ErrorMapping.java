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
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

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
        for (Throwable t : chain) {
            if (t instanceof InterruptedException) {
                Thread.currentThread().interrupt();
                return unavailable(operation, "the calling thread was interrupted", false);
            }
            if (t instanceof UnknownHostException || t instanceof UnresolvedAddressException) {
                return new BlobException.NotFound(cannot(operation) + "host " + endpoint.host()
                        + " can't be resolved: check the account name and the DNS of this machine",
                        BlobException.NotFound.Missing.ACCOUNT, Answer.NONE);
            }
            if (t instanceof SSLException) {
                return tls(operation, chain);
            }
            if (t instanceof ConnectException || t instanceof HttpConnectTimeoutException) {
                return unavailable(operation, t instanceof HttpConnectTimeoutException
                        ? "no connection within the time limit: check routes and firewalls"
                        : "the connection was refused or there is no route: check that the endpoint is right and reachable", true);
            }
        }
        for (Throwable t : chain) {
            if (t instanceof TimeoutException || t instanceof HttpTimeoutException) {
                return unavailable(operation, "no answer within the time limit", false);
            }
            if (t instanceof IOException) {
                return unavailable(operation, "the connection broke before the answer was complete", false);
            }
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
        boolean certificate = chain.stream().anyMatch(t -> t instanceof java.security.cert.CertificateException
                || t instanceof java.security.cert.CertPathBuilderException);
        boolean handshake = chain.stream().anyMatch(javax.net.ssl.SSLHandshakeException.class::isInstance);
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

    private static List<Throwable> chain(Throwable thrown) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable t = thrown; t != null && chain.size() < LONGEST_CHAIN; t = t.getCause()) {
            chain.add(t);
        }
        return chain;
    }
}
