package io.dysk.rpc.identity;

/** Whether a plugin can do its work now. Cheap: asked every few seconds. */
@FunctionalInterface
public interface Readiness {
    /**
     * Asks.
     *
     * @return true if it can, false if that isn't known yet: soon after its start
     * @throws RuntimeException if it can't, and why: an {@link io.dysk.rpc.call.RpcFailure}, FAILED_PRECONDITION, or what the program's {@link
     *     io.dysk.rpc.call.FailureMapping} knows
     */
    boolean check();
}
