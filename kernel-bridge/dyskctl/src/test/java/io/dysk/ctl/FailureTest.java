package io.dysk.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blob.BlobException;
import io.dysk.blob.Refusals;
import io.dysk.kernel.DyskException;
import io.dysk.kernel.Errno;
import io.dysk.kernel.ModuleException;
import io.dysk.kernel.Reason;
import io.dysk.kernel.SystemCallException;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FailureTest {

    @Test
    void exitCodesAreTheirOrdinalsAndNeverChange() {
        for (ExitCode code : ExitCode.values()) {
            assertThat(code.code()).isEqualTo(code.ordinal());
        }
        assertThat(ExitCode.values()).extracting(Enum::name)
                .containsExactly("OK", "FAILED", "USAGE", "NO_MODULE", "NOT_FOUND", "CONFLICT", "DENIED", "UNREACHABLE", "PROBLEMS");
    }

    @Test
    void everyKindOfStoreFailureHasItsCode() {
        for (BlobException failure : Refusals.all()) {
            ExitCode expected = switch (failure.getClass().getSimpleName()) {
                case "NotFound" -> ExitCode.NOT_FOUND;
                case "AlreadyExists", "LeaseHeld", "LeaseLost", "PreconditionFailed", "Conflict", "LimitReached" ->
                    ExitCode.CONFLICT;
                case "Denied", "ClockSkew", "NeedsHttps" -> ExitCode.DENIED;
                case "Throttled", "Unavailable" -> ExitCode.UNREACHABLE;
                case "InvalidArgument" -> ExitCode.USAGE;
                default -> ExitCode.FAILED;
            };
            assertThat(Failure.of(failure).exitCode()).as(failure.toString()).isEqualTo(expected);
        }
    }

    @Test
    void reasonsOfTheModuleHaveTheCodeOfTheirKind() {
        Map<Reason, ExitCode> some = new EnumMap<>(Map.of(
                Reason.NO_ROUTE, ExitCode.UNREACHABLE,
                Reason.DENIED, ExitCode.DENIED,
                Reason.CLOCK_SKEW, ExitCode.DENIED,
                Reason.NEEDS_HTTPS, ExitCode.DENIED,
                Reason.NOT_FOUND, ExitCode.NOT_FOUND,
                Reason.LEASED, ExitCode.CONFLICT,
                Reason.EXISTS, ExitCode.CONFLICT,
                Reason.INTERNAL, ExitCode.FAILED));
        some.forEach((reason, code) ->
                assertThat(Failure.of(new DyskException("attach", "b", Errno.EIO, reason, 0, "")).exitCode())
                        .as(reason.name()).isEqualTo(code));
        assertThat(Failure.of(new DyskException("get", "d", Errno.ENODEV, Reason.NONE, 0, "")).exitCode())
                .isEqualTo(ExitCode.NOT_FOUND);
        assertThat(Failure.of(new DyskException("detach", "d", Errno.ESTALE, Reason.NONE, 0, "")).exitCode())
                .isEqualTo(ExitCode.CONFLICT);
        assertThat(Failure.of(new SystemCallException("open", "/x", Errno.EIO)).exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(Failure.of(ModuleException.cannotOpen(Errno.EACCES)).exitCode()).isEqualTo(ExitCode.NO_MODULE);
    }

    @Test
    void whatNobodyThoughtOfIsAnInternalErrorNotACrash() {
        Failure failure = Failure.of(new NullPointerException("oops"));
        assertThat(failure.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(failure.message()).contains("internal error").contains("DYSKCTL_DEBUG");
        Ctl ctl = new Ctl();
        ctl.dysk.everyFailure = new NullPointerException("oops");
        assertThat(ctl.run("list -o json")).isEqualTo(ExitCode.FAILED);
        assertThat(ctl.err).contains("\"kind\": \"failed\"").contains("oops").doesNotContain("\tat ");
    }
}
