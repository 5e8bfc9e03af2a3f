package io.dysk.node.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dysk.rpc.call.RpcFailure;
import io.grpc.Status;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** That a call is refused, with which code and in which words. */
public final class Refusal {
    private Refusal() {}

    public static void of(ThrowingCallable call, Status.Code code, String... words) {
        RpcFailure failure = catchThrowableOfType(RpcFailure.class, call);
        assertThat(failure).as("the refusal").isNotNull().hasMessageContainingAll(words);
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
    }
}
