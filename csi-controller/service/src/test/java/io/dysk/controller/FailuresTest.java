package io.dysk.controller;

import static io.dysk.controller.Requests.create;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.FaultRule;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the service refuses, as callers see it. */
class FailuresTest {
    private Storage storage;
    private Controller controller;

    @BeforeEach
    void start(@TempDir Path folder) {
        storage = new Storage(folder).own(Storage.ALPHA);
        controller = new Controller(storage);
    }

    @AfterEach
    void end() {
        controller.close();
        storage.close();
    }

    private void answering(Fault.Kind kind, int status, String code) {
        storage.server.faults().add(new FaultRule(null, null, null, null, null, 0, 0), new Fault(kind, status, code, -1, 0, 0));
    }

    @ParameterizedTest
    @CsvSource({
        "403, AuthenticationFailed, UNAUTHENTICATED",
        "401, NoAuthenticationInformation, UNAUTHENTICATED",
        "403, AuthorizationPermissionMismatch, PERMISSION_DENIED",
        "403, AuthorizationFailure, PERMISSION_DENIED",
        "400, AccountRequiresHttps, FAILED_PRECONDITION"})
    void every_refusal_has_a_status_that_fits_and_names_the_volume(int status, String code, Status.Code expected) {
        answering(Fault.Kind.ANSWER, status, code);
        Throwable failure = catchThrowable(() -> controller.calls().deleteVolume(Requests.delete("alpha/volumes/v")));
        assertThat(Status.fromThrowable(failure).getCode()).as(failure.getMessage()).isEqualTo(expected);
        assertThat(Status.fromThrowable(failure).getDescription()).startsWith("volume alpha/volumes/v: ").doesNotContain(Storage.KEY);
    }

    @Test
    void a_service_that_is_silent_ends_with_the_call_and_holds_nothing_up_afterwards() {
        answering(Fault.Kind.SILENCE, 0, "");
        Throwable failure = catchThrowable(() -> controller.calls(Duration.ofSeconds(2)).createVolume(create("v", 1).build()));
        assertThat(Status.fromThrowable(failure).getCode()).isIn(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);
        storage.server.faults().clear();
        while (true) {
            try {
                controller.calls().createVolume(create("v", 1).build());
                return;
            } catch (StatusRuntimeException e) {
                assertThat(e.getStatus().getCode()).as("the first call ends soon").isEqualTo(Status.Code.ABORTED);
            }
        }
    }

    @Test
    void while_an_account_is_away_deleting_from_it_does_not_succeed() {
        storage.own(Storage.BETA, "endpoint=http://no-such-host.invalid/beta");
        try (Controller other = new Controller(storage)) {
            Throwable failure = catchThrowable(() -> other.calls(Duration.ofSeconds(20)).deleteVolume(Requests.delete("beta/volumes/v")));
            assertThat(Status.fromThrowable(failure).getCode()).as(String.valueOf(failure)).isIn(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);
        }
    }
}
