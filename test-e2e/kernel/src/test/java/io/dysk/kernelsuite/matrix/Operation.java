package io.dysk.kernelsuite.matrix;

import io.dysk.blobserver.fault.FaultRule;
import io.dysk.blobserver.http.HeaderName;
import io.dysk.blobserver.http.RequestHead;
import io.dysk.blobserver.protocol.Target;

/** What a device asks of its endpoint for I/O. */
enum Operation {
    READ(null),
    WRITE("update"),
    CLEAR("clear");

    private final String pageWrite;

    Operation(String pageWrite) {
        this.pageWrite = pageWrite;
    }

    /** Of the requests of this kind for a blob, lets {@code skip} pass and hits the next {@code count}; 0 for all. */
    FaultRule hits(String blob, int skip, int count) {
        return (this == READ ? FaultRule.READS : FaultRule.WRITES.writing(pageWrite)).of(blob).after(skip).times(count);
    }

    /** What a request is, or null when it is none of these. */
    static Operation of(RequestHead request, Target target) {
        if (request.methodText().equals("GET")) {
            return READ;
        }
        if (!target.query().text("comp").equals("page")) {
            return null;
        }
        return request.is(HeaderName.X_MS_PAGE_WRITE, CLEAR.pageWrite) ? CLEAR : WRITE;
    }

    boolean changes() {
        return this != READ;
    }
}
