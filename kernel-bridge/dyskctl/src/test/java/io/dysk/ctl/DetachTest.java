package io.dysk.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blob.Refusals;
import io.dysk.kernel.DyskException;
import io.dysk.kernel.Errno;
import io.dysk.kernel.ModuleException;
import io.dysk.kernel.Reason;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DetachTest {

    private final Ctl ctl = new Ctl();

    @BeforeEach
    void anAttachedBlob() {
        ctl.store.with("disks/db1", 1L << 30);
        ctl.run("attach disks/db1");
        ctl.store.calls.clear();
    }

    @Test
    void aDeviceInUseStaysWithItsLease() {
        ctl.dysk.detachFailure = new DyskException("detach", "/dev/dysk0", Errno.EBUSY, Reason.BUSY, 0, "");
        assertThat(ctl.run("detach 0")).isEqualTo(ExitCode.CONFLICT);
        assertThat(ctl.err).contains("Unmount");
        assertThat(ctl.store.holder("disks/db1")).contains("node-1");
    }

    @Test
    void withoutCredentialsNothingIsDoneBecauseTheLeaseWouldStay() {
        ctl.environment.clear();
        assertThat(ctl.run("detach 0")).isEqualTo(ExitCode.USAGE);
        assertThat(ctl.err).contains("release the lease").contains("--keep-lease");
        assertThat(ctl.dysk.list()).hasSize(1);
    }

    @Test
    void aLeaseThatCannotBeReleasedIsToldWithHowToDoItLater() {
        ctl.store.releaseFailure = Refusals.unreachable();
        assertThat(ctl.run("detach 0")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(ctl.err).contains("/dev/dysk0 is detached, but").contains("dyskctl detach disks/db1");
        assertThat(ctl.dysk.list()).isEmpty();
        ctl.store.releaseFailure = null;
        assertThat(ctl.run("detach disks/db1")).isEqualTo(ExitCode.OK);
        assertThat(ctl.store.holder("disks/db1")).isEmpty();
    }

    @Test
    void theLeaseOfAnotherNodeIsNeverReleased() {
        ctl.run("detach 0");
        ctl.store.leased("disks/db1", "node-7", true);
        assertThat(ctl.run("detach disks/db1")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(ctl.store.holder("disks/db1")).contains("node-7");
    }

    @Test
    void aLeaseThatANewAttachmentOfThisNodeUsesIsKept() {
        ctl.dysk.afterDetach = () -> ctl.dysk.attach(ctl.dysk.lastAttach);
        assertThat(ctl.run("detach 0")).isEqualTo(ExitCode.OK);
        assertThat(ctl.out).isEqualTo("detached /dev/dysk0: acct/disks/db1\n");
        assertThat(ctl.store.holder("disks/db1")).contains("node-1");
    }

    @Test
    void credentialsOfAnotherAccountAreRefused() {
        ctl.environment.put("AZURE_STORAGE_CONNECTION_STRING",
                "BlobEndpoint=http://127.0.0.1:10000/other;AccountName=other;AccountKey=" + Ctl.KEY);
        assertThat(ctl.run("detach 0")).isEqualTo(ExitCode.USAGE);
        assertThat(ctl.dysk.list()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "0", "dysk0", "/dev/dysk0", "/dev/dysk0p1", "/dev/disk/by-id/x", "disks/db1", "acct/disks/db1",
        "http://127.0.0.1:10000/acct/disks/db1"})
    void aDeviceIsFoundByAnyOfItsNames(String target) {
        ctl.links.put(Path.of("/dev/disk/by-id/x"), Path.of("/dev/dysk0"));
        assertThat(ctl.run("detach " + target)).isEqualTo(ExitCode.OK);
        assertThat(ctl.out).isEqualTo("detached /dev/dysk0: acct/disks/db1, lease released\n");
        assertThat(ctl.store.holder("disks/db1")).isEmpty();
        assertThat(ctl.dysk.calls).last().isEqualTo("detach 0 101");
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "/dev/dysk7", "/dev/sda"})
    void aDeviceThatIsNotThereIsNotFound(String target) {
        assertThat(ctl.run("detach " + target)).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void keepLeaseNeedsNoCredentialsAndForceIsPassedOn() {
        ctl.environment.clear();
        assertThat(ctl.run("detach 0 --force --keep-lease")).isEqualTo(ExitCode.OK);
        assertThat(ctl.dysk.calls).last().isEqualTo("detach 0 101 force");
        assertThat(ctl.store.holder("disks/db1")).contains("node-1");
    }

    @Test
    void aReadOnlyAttachmentNeedsNoCredentials() {
        ctl.run("detach 0");
        ctl.run("attach disks/db1 --read-only");
        ctl.environment.clear();
        assertThat(ctl.run("detach 0 -o json")).isEqualTo(ExitCode.OK);
        assertThat(ctl.out).contains("\"detached\": true").contains("\"leaseReleased\": false");
    }

    @Test
    void theTimeOfEachStepIsTold() {
        assertThat(ctl.run("detach 0 --timing")).isEqualTo(ExitCode.OK);
        assertThat(ctl.out).startsWith("detached /dev/dysk0").contains("\nioctl 1.5ms, release 1.5ms, total ");
        ctl.run("attach disks/db1");
        ctl.run("detach 0 --keep-lease -o json");
        assertThat(ctl.out).contains("\"ioctlMs\": 1.5", "\"totalMs\": ").doesNotContain("releaseMs");
        assertThat(ctl.run("detach disks/db1 --timing")).isEqualTo(ExitCode.OK);
        assertThat(ctl.out).contains("release 1.5ms, total ");
    }

    @Test
    void afterARebootTheLeaseIsReleasedEvenWithoutTheModule() {
        ctl.dysk.everyFailure = ModuleException.cannotOpen(Errno.ENOENT);
        assertThat(ctl.run("detach disks/db1")).isEqualTo(ExitCode.OK);
        assertThat(ctl.store.holder("disks/db1")).isEmpty();
    }

    @Test
    void withoutRightsNothingIsReleasedSinceItMayBeAttached() {
        ctl.dysk.everyFailure = ModuleException.cannotOpen(Errno.EACCES);
        assertThat(ctl.run("detach disks/db1")).isEqualTo(ExitCode.NO_MODULE);
        assertThat(ctl.store.holder("disks/db1")).contains("node-1");
    }
}
