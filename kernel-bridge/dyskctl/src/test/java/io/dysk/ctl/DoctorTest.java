package io.dysk.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blob.Refusals;
import io.dysk.kernel.DeviceState;
import io.dysk.kernel.Errno;
import io.dysk.kernel.Health;
import io.dysk.kernel.ModuleException;
import io.dysk.kernel.Reason;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DoctorTest {

    private final Ctl ctl = new Ctl();

    @BeforeEach
    void aBlob() {
        ctl.store.with("disks/db1", 1L << 30);
    }

    @Test
    void allIsWell() {
        assertThat(ctl.run("doctor disks/db1")).isEqualTo(ExitCode.OK);
        assertThat(ctl.out.lines()).hasSize(9).allMatch(line -> line.startsWith("ok "));
    }

    @Test
    void anOldKernelIsAProblem() {
        ctl.kernel = "5.4.0-200-generic";
        problem("5.10 or later");
        ctl.kernel = "7.3.4";
        assertThat(ctl.run("doctor")).isEqualTo(ExitCode.OK);
    }

    @Test
    void aMissingModuleIsAProblemAndTheAccountIsLookedAtAllTheSame() {
        ctl.dysk.everyFailure = ModuleException.cannotOpen(Errno.ENOENT);
        problem("modprobe dysk");
        assertThat(ctl.out).contains("credentials").contains("is accepted");
    }

    @Test
    void anAccountThatRefusesPlainHttp() {
        ctl.store.probeFailure = Refusals.needsHttps();
        problem("secure transfer required");
    }

    @Test
    void anHttpsEndpointIsAWarning() {
        ctl.environment.put("AZURE_STORAGE_CONNECTION_STRING",
                "BlobEndpoint=https://127.0.0.1/acct;AccountName=acct;AccountKey=" + Ctl.KEY);
        assertThat(ctl.run("doctor disks/db1")).isEqualTo(ExitCode.OK);
        assertThat(ctl.out).contains("--plain-http");
        assertThat(ctl.opened).first().matches(a -> !a.endpoint().https());
        assertThat(ctl.opened).last().matches(a -> a.endpoint().https());
    }

    @Test
    void clocksThatAreApart() {
        ctl.store.serverAhead = Duration.ofMinutes(-20);
        problem("Set this machine's clock");
        assertThat(ctl.out).contains("1200 s behind");
        ctl.store.serverAhead = Duration.ofMinutes(2);
        assertThat(ctl.run("doctor disks/db1")).isEqualTo(ExitCode.OK);
        assertThat(ctl.out).contains("warning  clock");
    }

    @Test
    void credentialsThatAreRefused() {
        ctl.store.failure = Refusals.denied();
        problem("denied");
        assertThat(ctl.out).contains("problem  credentials");
    }

    @Test
    void anEndpointThatCannotBeReached() {
        ctl.store.probeFailure = Refusals.unreachable();
        problem("no answer");
        assertThat(ctl.out).contains("skipped  credentials");
    }

    @Test
    void aNameWithoutAddress() {
        ctl.environment.put("AZURE_STORAGE_CONNECTION_STRING",
                "BlobEndpoint=http://nobody.invalid/acct;AccountName=acct;AccountKey=" + Ctl.KEY);
        problem("nobody.invalid has no address");
    }

    @Test
    void aBlobThatIsNotThereOrHeldByAnother() {
        assertThat(ctl.run("doctor disks/none")).isEqualTo(ExitCode.PROBLEMS);
        ctl.store.leased("disks/db1", "node-7", true);
        assertThat(ctl.run("doctor disks/db1")).isEqualTo(ExitCode.OK);
        assertThat(ctl.out).contains("warning  lease").contains("node-7").contains("--break-lease");
        ctl.store.leased("disks/db1", "node-1", true);
        ctl.run("doctor disks/db1");
        assertThat(ctl.out).contains("held by this node");
    }

    @Test
    void aDeadDeviceIsAProblemWithItsAdvice() {
        ctl.dysk.health = new Health(DeviceState.DEAD, Duration.ofSeconds(5), Reason.NO_PATH, 0, "");
        ctl.run("attach disks/db1");
        problem("detach with force and attach again");
    }

    @Test
    void withoutCredentialsOnlyTheMachineIsLookedAt() {
        ctl.environment.clear();
        assertThat(ctl.run("doctor")).isEqualTo(ExitCode.OK);
        assertThat(ctl.out).contains("skipped").contains("no credentials");
        assertThat(ctl.run("doctor disks/db1")).isEqualTo(ExitCode.PROBLEMS);
    }

    @Test
    void jsonHasOneEntryPerCheck() {
        ctl.udev = false;
        ctl.run("doctor --container disks -o json");
        assertThat(ctl.out).contains("\"check\": \"udev\",\n    \"result\": \"warning\"").contains("\"advice\": \"Use /dev/dyskN");
    }

    private void problem(String advice) {
        assertThat(ctl.run("doctor disks/db1")).isEqualTo(ExitCode.PROBLEMS);
        assertThat(ctl.out).contains("problem").contains(advice);
    }
}
