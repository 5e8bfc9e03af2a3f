package io.dysk.blobserver.fault;

import io.dysk.blobserver.http.HeaderName;
import io.dysk.blobserver.http.RequestHead;
import io.dysk.blobserver.protocol.Target;

/**
 * Which requests a fault is for. What is null matches everything. Start from {@link #ALL}, {@link #WRITES} or
 * {@link #READS} and change what matters.
 *
 * @param method as sent, "PUT"
 * @param comp value of the comp parameter; "none" for requests without
 * @param blob "container/name"
 * @param write value of x-ms-page-write, "update" or "clear"
 * @param action x-ms-lease-action or x-ms-sequence-number-action
 * @param skip so many matching requests pass first
 * @param count so many are hit then; 0 for all
 * @param percent of the matching requests behind the skipped ones are hit, by chance; 100 for all
 */
public record FaultRule(
        String method, String comp, String blob, String write, String action, int skip, int count, double percent) {
    /** Every request. */
    public static final FaultRule ALL = new FaultRule(null, null, null, null, null, 0, 0);

    /** Put Page, update or clear. */
    public static final FaultRule WRITES = new FaultRule("PUT", "page", null, null, null, 0, 0);

    /** Get Blob. */
    public static final FaultRule READS = new FaultRule("GET", "none", null, null, null, 0, 0);

    public FaultRule {
        if (!(percent >= 0 && percent <= 100)) {
            throw new IllegalArgumentException("percent must be 0 to 100");
        }
    }

    public FaultRule(String method, String comp, String blob, String write, String action, int skip, int count) {
        this(method, comp, blob, write, action, skip, count, 100);
    }

    /** For one blob, "container/name". */
    public FaultRule of(String itsBlob) {
        return new FaultRule(method, comp, itsBlob, write, action, skip, count, percent);
    }

    /** For updates or clears alone: "update", "clear". */
    public FaultRule writing(String what) {
        return new FaultRule(method, comp, blob, what, action, skip, count, percent);
    }

    /** So many pass first. */
    public FaultRule after(int requests) {
        return new FaultRule(method, comp, blob, write, action, requests, count, percent);
    }

    /** So many are hit; 0 for all. */
    public FaultRule times(int requests) {
        return new FaultRule(method, comp, blob, write, action, skip, requests, percent);
    }

    /** So many of a hundred are hit, by chance. */
    public FaultRule percent(double ofAHundred) {
        return new FaultRule(method, comp, blob, write, action, skip, count, ofAHundred);
    }

    boolean matches(RequestHead request, Target target) {
        String itsComp = target.query().text("comp");
        return (method == null || method.equals(request.methodText()))
                && (comp == null || comp.equals(itsComp.isEmpty() ? "none" : itsComp))
                && (blob == null || blob.equals(target.container() + "/" + target.blob()))
                && (write == null || request.is(HeaderName.X_MS_PAGE_WRITE, write))
                && (action == null
                        || request.is(HeaderName.X_MS_LEASE_ACTION, action)
                        || request.is(HeaderName.X_MS_SEQUENCE_NUMBER_ACTION, action));
    }
}
