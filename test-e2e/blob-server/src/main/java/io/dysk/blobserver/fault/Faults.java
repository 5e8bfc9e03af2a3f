package io.dysk.blobserver.fault;

import io.dysk.blobserver.http.RequestHead;
import io.dysk.blobserver.protocol.Target;

/** Asked once for every request, when its body is there and before anything is done. Thread-safe. */
@FunctionalInterface
public interface Faults {
    /** A server that works. */
    Faults NONE = (request, target) -> Fault.NONE;

    /** What is to happen to this request; {@link Fault#NONE} mostly. */
    Fault next(RequestHead request, Target target);
}
