package io.dysk.rpc.call;

import java.util.Optional;

/** Which status an exception of a program's own libraries is. Each program has one of these, and it is the only place. */
@FunctionalInterface
public interface FailureMapping {
    /** @return empty for what nobody expected: it becomes INTERNAL */
    Optional<RpcFailure> map(RuntimeException exception);
}
