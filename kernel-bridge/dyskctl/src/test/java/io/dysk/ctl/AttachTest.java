package io.dysk.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blob.DiskFormat;
import io.dysk.blob.LeaseId;
import io.dysk.blob.Refusals;
import io.dysk.kernel.Credential;
import io.dysk.kernel.DyskException;
import io.dysk.kernel.Errno;
import io.dysk.kernel.Limits;
import io.dysk.kernel.Reason;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttachTest {

    private final Ctl ctl = new Ctl();

    @BeforeEach
    void aBlob() {
        ctl.store.with("disks/db1", 1L << 30);
    }

    // ---- what must not happen ----

    @Test
    void aBlobThatAnotherNodeHoldsIsLeftAloneAndTheHolderNamed() {
        ctl.store.leased("disks/db1", "node-7", true);
        assertThat(ctl.run("attach disks/db1")).isEqualTo(ExitCode.CONFLICT);
        assertThat(ctl.err).contains("node-7").contains("--break-lease node-7").contains("gone for good");
        assertThat(ctl.store.holder("disks/db1")).contains("node-7");
        assertThat(ctl.dysk.calls).isEmpty();
    }

    @Test
    void breakingTheLeaseOfTheWrongHolderIsRefused() {
        ctl.store.leased("disks/db1", "node-7", true);
        assertThat(ctl.run("attach disks/db1 --break-lease node-8")).isEqualTo(ExitCode.CONFLICT);
        assertThat(ctl.err).contains("'node-8'").contains("held by node-7");
        assertThat(ctl.store.holder("disks/db1")).contains("node-7");
    }

    @Test
    void aLeaseOfAnUnknownHolderIsBrokenOnlyByNamingTheBlob() {
        ctl.store.leased("disks/db1", "somebody", false);
        assertThat(ctl.run("attach disks/db1 --break-lease somebody")).isEqualTo(ExitCode.CONFLICT);
        assertThat(ctl.err).contains("an unknown holder").contains("--break-lease disks/db1");
        assertThat(ctl.store.calls).noneMatch(c -> c.startsWith("break"));
        assertThat(ctl.run("attach disks/db1 --break-lease disks/db1")).isEqualTo(ExitCode.OK);
        assertThat(ctl.store.calls).contains("break disks/db1");
        assertThat(ctl.store.holder("disks/db1")).contains("node-1");
    }

    @Test
    void aNamedHolderThatWasGivenUpIsFencedByHandingTheLeaseOver() {
        ctl.store.leased("disks/db1", "node-7", true);
        assertThat(ctl.run("attach disks/db1 --break-lease node-7")).isEqualTo(ExitCode.OK);
        assertThat(ctl.store.calls).contains("transfer disks/db1 node-1").noneMatch(c -> c.startsWith("break"));
    }

    @Test
    void aFailedAttachGivesTheLeaseBackAndSaysWhy() {
        ctl.dysk.attachFailure = new DyskException(
                "attach", "acct/disks/db1", Errno.EPROTO, Reason.NEEDS_HTTPS, 400, "AccountRequiresHttps");
        assertThat(ctl.run("attach disks/db1")).isEqualTo(ExitCode.DENIED);
        assertThat(ctl.err).contains("secure transfer required").contains("AccountRequiresHttps");
        assertThat(ctl.store.holder("disks/db1")).isEmpty();
    }

    @Test
    void aFailedAttachKeepsTheLeaseThatARacingAttachmentHereUses() {
        ctl.dysk.attachFailure =
                new DyskException("attach", "acct/disks/db1", Errno.EEXIST, Reason.EXISTS, 0, "");
        assertThat(ctl.run("attach disks/db1")).isEqualTo(ExitCode.CONFLICT);
        assertThat(ctl.store.holder("disks/db1")).contains("node-1");
    }

    @Test
    void aLeaseThatCannotBeGivenBackIsTold() {
        ctl.dysk.attachFailure = new DyskException("attach", "acct/disks/db1", Errno.EIO, Reason.TIMEOUT, 0, "");
        ctl.store.releaseFailure = Refusals.unreachable();
        assertThat(ctl.run("attach disks/db1")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(ctl.err).contains("still held by node-1").contains("dyskctl detach disks/db1");
    }

    @Test
    void anAttachedBlobIsNotAttachedAgain() {
        ctl.run("attach disks/db1");
        assertThat(ctl.run("attach disks/db1")).isEqualTo(ExitCode.CONFLICT);
        assertThat(ctl.err).contains("/dev/dysk0");
        assertThat(ctl.dysk.calls).hasSize(1);
    }

    @Test
    void anHttpsEndpointIsRefusedWithWhatToDo() {
        ctl.environment.put("AZURE_STORAGE_CONNECTION_STRING", "AccountName=acct;AccountKey=" + Ctl.KEY);
        assertThat(ctl.run("attach disks/db1")).isEqualTo(ExitCode.USAGE);
        assertThat(ctl.err).contains("no TLS yet").contains("--plain-http").contains("secure transfer required");
        assertThat(ctl.store.calls).isEmpty();
    }

    @Test
    void aDeviceWhoseNodeNeverAppearsIsAFailure() {
        ctl.nodesAppear = false;
        assertThat(ctl.run("attach disks/db1")).isEqualTo(ExitCode.FAILED);
        assertThat(ctl.err).contains("/dev/dysk0").contains("devtmpfs").contains("dyskctl detach 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "attach", "attach disks", "attach /disks", "attach disks/", "attach disks/db1 --create",
        "attach disks/db1 --size 1GiB", "attach disks/db1 --create-container", "attach disks/db1 --connections 65", "attach disks/db1 --connections x",
        "attach disks/db1 --no-path-timeout soon", "attach disks/db1 --snapshot yesterday", "attach disks/db1 more",
        "attach disks/db1 -o yaml", "attach ftp://x/y/z", "attach disks/db1 --request-timeout 0s",
        "attach http://other.blob.core.windows.net/disks/db1"})
    void badInputIsAUsageErrorAndNothingIsDone(String commandLine) {
        assertThat(ctl.run(commandLine)).isEqualTo(ExitCode.USAGE);
        assertThat(ctl.err).startsWith("dyskctl: ").doesNotContain("Exception").doesNotContain("internal error");
        assertThat(ctl.store.calls).isEmpty();
        assertThat(ctl.dysk.calls).isEmpty();
    }

    @Test
    void aMissingModuleIsSeenBeforeALeaseIsTakenOrABlobMade() {
        ctl.dysk.everyFailure = io.dysk.kernel.ModuleException.cannotOpen(Errno.ENOENT);
        assertThat(ctl.run("attach disks/new --create --size 1GiB")).isEqualTo(ExitCode.NO_MODULE);
        assertThat(ctl.run("attach disks/db1")).isEqualTo(ExitCode.NO_MODULE);
        assertThat(ctl.store.calls).isEmpty();
    }

    // ---- what must happen ----

    @Test
    void attachTakesTheLeaseOfThisNodeAndPrintsTheDevice() {
        assertThat(ctl.run("attach disks/db1")).isEqualTo(ExitCode.OK);
        assertThat(ctl.out).isEqualTo("/dev/dysk0 (/dev/disk/by-id/dysk-acct-disks-db1): acct/disks/db1, 1GiB\n");
        assertThat(ctl.store.holder("disks/db1")).contains("node-1");
        assertThat(ctl.dysk.lastAttach.leaseId())
                .contains(LeaseId.ofWriter("acct/disks/db1", "node-1").toString());
        assertThat(ctl.dysk.lastAttach.endpoint().host()).isEqualTo("127.0.0.1:10000");
        assertThat(ctl.dysk.lastAttach.endpoint().pathStyle()).isTrue();
        assertThat(ctl.dysk.lastAttach.label()).isEqualTo("dyskctl http://127.0.0.1:10000/acct");
        assertThat(ctl.dysk.attachedWith()).isEqualTo(Credential.Kind.SHARED_KEY);
    }

    @Test
    void theLeaseDependsOnTheNode() {
        ctl.run("attach disks/db1 --node rack2-a");
        assertThat(ctl.store.holder("disks/db1")).contains("rack2-a");
        assertThat(ctl.dysk.lastAttach.leaseId())
                .contains(LeaseId.ofWriter("acct/disks/db1", "rack2-a").toString());
    }

    @Test
    void optionsReachTheModule() {
        ctl.run("attach disks/db1 --connections 16 --request-timeout 5s --no-path-timeout forever --idle-timeout 500ms"
                + " --timeout 1m --partitions");
        Limits limits = ctl.dysk.lastAttach.limits();
        assertThat(limits.maxConnections()).hasValue(16);
        assertThat(limits.requestTimeout()).contains(Duration.ofSeconds(5));
        assertThat(limits.noPathTimeout()).contains(Limits.FOREVER);
        assertThat(limits.idleTimeout()).contains(Duration.ofMillis(500));
        assertThat(ctl.dysk.lastAttach.timeout()).contains(Duration.ofMinutes(1));
        assertThat(ctl.dysk.lastAttach.partitions()).isTrue();
    }

    @Test
    void readOnlyTakesNoLease() {
        assertThat(ctl.run("attach disks/db1 --read-only")).isEqualTo(ExitCode.OK);
        assertThat(ctl.dysk.lastAttach.readOnly()).isTrue();
        assertThat(ctl.dysk.lastAttach.leaseId()).isEmpty();
        assertThat(ctl.store.calls).isEmpty();
    }

    @Test
    void aSnapshotIsAttachedReadOnly() {
        String id = "2026-11-21T13:43:03.1234567Z";
        assertThat(ctl.run("attach disks/db1 --snapshot " + id)).isEqualTo(ExitCode.OK);
        assertThat(ctl.dysk.lastAttach.readOnly()).isTrue();
        assertThat(ctl.dysk.lastAttach.blob().snapshot()).contains(id);
    }

    @Test
    void createMakesTheBlobFirst() {
        assertThat(ctl.run("attach disks/new.vhd --create --size 64MiB --vhd")).isEqualTo(ExitCode.OK);
        assertThat(ctl.store.calls).startsWith("create disks/new.vhd 67108864 vhd", "acquire disks/new.vhd node-1");
        assertThat(ctl.run("attach disks/new2 --create --size 64MiB -o json")).isEqualTo(ExitCode.OK);
        assertThat(ctl.run("attach disks/db1 --create --size 64MiB")).isEqualTo(ExitCode.CONFLICT);
    }

    @Test
    void plainHttpIsForDataOnly() {
        ctl.environment.put("AZURE_STORAGE_CONNECTION_STRING",
                "BlobEndpoint=https://127.0.0.1:443/acct;AccountName=acct;AccountKey=" + Ctl.KEY);
        assertThat(ctl.run("attach disks/db1 --plain-http")).isEqualTo(ExitCode.OK);
        assertThat(ctl.dysk.lastAttach.endpoint().host()).isEqualTo("127.0.0.1");
        assertThat(ctl.dysk.lastAttach.endpoint().addresses()).first().hasToString("127.0.0.1:80");
        assertThat(ctl.opened).allMatch(a -> a.endpoint().https());
    }

    @Test
    void jsonHasDeviceAndTheTimeOfEachStep() {
        ctl.run("attach disks/db1 -o json");
        assertThat(ctl.out)
                .contains("\"device\": \"/dev/dysk0\"", "\"link\": \"/dev/disk/by-id/dysk-acct-disks-db1\"")
                .contains("\"leaseMs\": 1.5", "\"inspectMs\": 1.5", "\"ioctlMs\": 1.5", "\"nodeMs\": 1.5", "\"linkMs\": 1.5")
                .contains("\"totalMs\": ")
                .contains("\"leaseId\": \"" + LeaseId.ofWriter("acct/disks/db1", "node-1"));
        ctl.run("detach 0");
        ctl.run("attach disks/db1 --timing");
        assertThat(ctl.out).contains("lease 1.5ms, inspect 1.5ms, ioctl 1.5ms, node 1.5ms, link 1.5ms, total ");
    }

    @Test
    void withoutUdevThereIsNoLink() {
        ctl.udev = false;
        ctl.run("attach disks/db1");
        assertThat(ctl.out).startsWith("/dev/dysk0: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " --read-only", " --snapshot 2026-11-21T13:43:03.1234567Z"})
    void theFooterOfAVhdIsOutOfReach(String how) {
        ctl.store.withVhd("disks/azure.vhd", 64L << 20, DiskFormat.VHD);
        assertThat(ctl.run("attach disks/azure.vhd" + how)).isEqualTo(ExitCode.OK);
        assertThat(ctl.dysk.lastAttach.tailBytes()).isEqualTo(512);
        assertThat(ctl.err).isEmpty();
    }

    @Test
    void theFooterOfAVhdMadeAtOnceIsOutOfReachToo() {
        assertThat(ctl.run("attach disks/new.vhd --create --vhd --size 64MiB")).isEqualTo(ExitCode.OK);
        assertThat(ctl.dysk.lastAttach.tailBytes()).isEqualTo(512);
    }

    @Test
    void aRawDiskIsAttachedToItsEnd() {
        assertThat(ctl.run("attach disks/db1")).isEqualTo(ExitCode.OK);
        assertThat(ctl.dysk.lastAttach.tailBytes()).isZero();
        assertThat(ctl.err).isEmpty();
    }

    @Test
    void aBlobOfAVhdsSizeThatIsNotMarkedAsOneIsAskedAboutAndTheUserCanSay() {
        ctl.store.with("disks/foreign.vhd", (64L << 20) + 512);
        assertThat(ctl.run("attach disks/foreign.vhd")).isEqualTo(ExitCode.OK);
        assertThat(ctl.dysk.lastAttach.tailBytes()).isZero();
        assertThat(ctl.err).contains("may be a VHD").contains("last 512 bytes of /dev/dysk0").contains("--vhd");
        ctl.run("detach 0");
        assertThat(ctl.run("attach disks/foreign.vhd --vhd")).isEqualTo(ExitCode.OK);
        assertThat(ctl.dysk.lastAttach.tailBytes()).isEqualTo(512);
        assertThat(ctl.err).isEmpty();
    }

    @Test
    void anIncompleteVhdIsNotWrittenButCanBeRead() {
        ctl.store.withVhd("disks/cut.vhd", 64L << 20, DiskFormat.VHD_INCOMPLETE);
        assertThat(ctl.run("attach disks/cut.vhd")).isEqualTo(ExitCode.FAILED);
        assertThat(ctl.err).contains("dyskctl resize disks/cut.vhd 67108864");
        assertThat(ctl.store.holder("disks/cut.vhd")).isEmpty();
        assertThat(ctl.dysk.calls).isEmpty();
        assertThat(ctl.run("attach disks/cut.vhd --read-only")).isEqualTo(ExitCode.OK);
        assertThat(ctl.dysk.lastAttach.tailBytes()).isEqualTo(512);
    }

    @Test
    void aUrlNamesAccountAndBlob() {
        assertThat(ctl.run("attach http://127.0.0.1:10000/acct/disks/db1")).isEqualTo(ExitCode.OK);
        assertThat(ctl.dysk.lastAttach.blob()).hasToString("acct/disks/db1");
    }

    @Test
    void aSasGoesToTheModuleAsOne() {
        ctl.environment.clear();
        ctl.environment.put("AZURE_STORAGE_ACCOUNT", "acct");
        ctl.environment.put("AZURE_STORAGE_SAS_TOKEN", "?sv=2023-11-03&sp=rw&sig=abcdefgh");
        assertThat(ctl.run("attach disks/db1 --endpoint http://127.0.0.1:10000/acct")).isEqualTo(ExitCode.OK);
        assertThat(ctl.dysk.attachedWith()).isEqualTo(Credential.Kind.SAS);
    }
}
