package io.dysk.blobserver.fault;

import io.dysk.blobserver.http.RequestHead;
import io.dysk.blobserver.protocol.Target;

/** Says which requests go wrong. Thread-safe. */
@FunctionalInterface
public interface Faults {
    /** A server that works. */
    Faults NONE = (request, target) -> Fault.NONE;

    /**
     * What is to happen to this request; {@link Fault#NONE} mostly. Asked once for every request that limits let
     * through, when its body is there and before anything is done; never a fault of an {@linkplain Fault.Kind#early
     * early} kind.
     */
    Fault next(RequestHead request, Target target);

    /** Whether {@link #early} is to be asked. */
    default boolean anyEarly() {
        return false;
    }

    /**
     * What is to happen to this request before its body is read: a fault of an {@linkplain Fault.Kind#early early}
     * kind, or {@link Fault#NONE}. Asked when the head is there.
     */
    default Fault early(RequestHead request, Target target) {
        return Fault.NONE;
    }

    /** Both: the first that has a fault for a request decides. */
    static Faults both(Faults first, Faults second) {
        if (first == NONE) {
            return second;
        }
        return new Faults() {
            @Override
            public Fault next(RequestHead request, Target target) {
                Fault fault = first.next(request, target);
                return fault == Fault.NONE ? second.next(request, target) : fault;
            }

            @Override
            public boolean anyEarly() {
                return first.anyEarly() || second.anyEarly();
            }

            @Override
            public Fault early(RequestHead request, Target target) {
                Fault fault = first.early(request, target);
                return fault == Fault.NONE ? second.early(request, target) : fault;
            }
        };
    }
}
