package io.dysk.controller;

import static io.dysk.controller.Requests.create;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.dysk.controller.step.CreateVolumeStep;
import io.dysk.csi.CreateVolumeRequest;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One name in two accounts: what two controllers that choose differently at the same moment leave behind. */
class TwoAccountsTest {
    private static final CreateVolumeRequest REQUEST = create("same", 4).build();

    private Storage storage;

    @BeforeEach
    void start(@TempDir Path folder) {
        storage = new Storage(folder);
    }

    @AfterEach
    void end() {
        storage.close();
    }

    /** A controller that knows one account makes it there, and may die once the blob is there. */
    private void makeIn(String account, boolean dies) throws IOException {
        storage.own(account);
        storage.own(Storage.PREMIUM, "sku=Premium_LRS"); // so that there are several
        try (Controller controller = new Controller(storage)) {
            if (dies) {
                controller.dieAt(CreateVolumeStep.BLOB_MADE);
            }
            Throwable failure = catchThrowable(() -> controller.calls().createVolume(REQUEST.toBuilder().putParameters("account", account).build()));
            assertThat(failure != null).isEqualTo(dies);
        }
        Files.delete(storage.accounts.resolve(account + ".properties"));
    }

    private boolean isIn(String account) {
        return storage.blob(account, Controller.CONTAINER, "same").exists();
    }

    private String createWithBoth(String parameter) {
        storage.own(Storage.ALPHA).own(Storage.BETA);
        try (Controller controller = new Controller(storage)) {
            return controller.calls().createVolume(REQUEST.toBuilder().putParameters("account", parameter).build()).getVolume().getVolumeId();
        }
    }

    @Test
    void two_that_are_complete_are_for_people_to_decide() throws IOException {
        makeIn(Storage.ALPHA, false);
        makeIn(Storage.BETA, false);
        Throwable failure = catchThrowable(() -> createWithBoth("alpha"));
        assertThat(Status.fromThrowable(failure).getCode()).isEqualTo(Status.Code.ABORTED);
        assertThat(failure).hasMessageContaining("alpha/volumes/same").hasMessageContaining("beta/volumes/same");
    }

    @Test
    void the_one_that_may_have_been_handed_out_stays() throws IOException {
        makeIn(Storage.ALPHA, true);
        makeIn(Storage.BETA, false);
        assertThat(createWithBoth("beta")).isEqualTo("beta/volumes/same");
        assertThat(isIn(Storage.ALPHA)).isFalse();
    }

    @Test
    void of_two_that_nobody_has_one_stays() throws IOException {
        makeIn(Storage.BETA, true);
        makeIn(Storage.ALPHA, true);
        assertThat(createWithBoth("alpha")).isEqualTo("alpha/volumes/same");
        assertThat(isIn(Storage.BETA)).isFalse();
    }
}
