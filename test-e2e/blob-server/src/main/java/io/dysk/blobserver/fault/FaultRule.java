package io.dysk.blobserver.fault;

import io.dysk.blobserver.http.HeaderName;
import io.dysk.blobserver.http.RequestHead;
import io.dysk.blobserver.protocol.Target;

/**
 * Which requests a fault is for. What is null matches everything.
 *
 * @param method as sent, "PUT"
 * @param comp value of the comp parameter; "none" for requests without
 * @param blob "container/name"
 * @param write value of x-ms-page-write, "update" or "clear"
 * @param action x-ms-lease-action or x-ms-sequence-number-action
 * @param skip so many matching requests pass first
 * @param count so many are hit then; 0 for all
 */
public record FaultRule(String method, String comp, String blob, String write, String action, int skip, int count) {
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
