package io.dysk.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.kernel.BlobEndpoint;
import io.dysk.kernel.EndpointException;
import io.dysk.kernel.Errno;
import io.dysk.kernel.ModuleException;
import io.dysk.kernel.Reason;
import io.dysk.kernel.SystemCallException;
import io.dysk.node.fake.FakeModule;
import io.dysk.node.system.ToolException;
import io.dysk.rpc.call.RpcFailure;
import io.grpc.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class KernelFailuresTest {
    private final KernelFailures failures = new KernelFailures();

    @ParameterizedTest
    @CsvSource({
        "NO_ROUTE, UNAVAILABLE",
        "TIMEOUT, UNAVAILABLE",
        "THROTTLED, UNAVAILABLE",
        "DENIED, UNAUTHENTICATED",
        "NOT_FOUND, NOT_FOUND",
        "LEASED, FAILED_PRECONDITION",
        "NOT_PAGE_BLOB, FAILED_PRECONDITION",
        "NO_MEMORY, RESOURCE_EXHAUSTED",
        "INTERNAL, INTERNAL"
    })
    void aRefusalOfTheModuleHasTheCodeOfItsReason(Reason reason, Status.Code code) {
        assertThat(code(FakeModule.refusal("attach", reason))).isEqualTo(code);
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void everyReasonHasACode(Reason reason) {
        assertThat(code(FakeModule.refusal("attach", reason))).isNotEqualTo(Status.Code.UNKNOWN);
    }

    @Test
    void aDeviceThatWentAwayIsLookedAtAgain() {
        assertThat(code(FakeModule.refusal("resize", Errno.ESTALE))).isEqualTo(Status.Code.ABORTED);
        assertThat(code(FakeModule.refusal("detach", Errno.EBUSY))).isEqualTo(Status.Code.FAILED_PRECONDITION);
    }

    @Test
    void whatTheMachineLacksIsAPrecondition() {
        assertThat(code(ModuleException.cannotOpen(Errno.ENOENT))).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(code(endpoint())).isEqualTo(Status.Code.FAILED_PRECONDITION);
    }

    @Test
    void whatElseFailsHereIsInternal() {
        assertThat(code(new SystemCallException("mount", "/x", Errno.EIO))).isEqualTo(Status.Code.INTERNAL);
        assertThat(code(new ToolException("killed", null))).isEqualTo(Status.Code.INTERNAL);
        assertThat(failures.map(new IllegalStateException())).isEmpty();
    }

    private static EndpointException endpoint() {
        try {
            BlobEndpoint.parse("nonsense");
            throw new AssertionError("it was taken");
        } catch (EndpointException e) {
            return e;
        }
    }

    private Status.Code code(RuntimeException exception) {
        return failures.map(exception).map(RpcFailure::code).orElse(Status.Code.UNKNOWN);
    }
}
