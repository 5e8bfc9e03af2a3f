package io.dysk.kernelsuite;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blob.BlobAddress;
import io.dysk.blob.LeaseHolder;
import io.dysk.blob.LeaseId;
import io.dysk.blob.PageBlobProperties;
import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.kernelsuite.Dyskctl.Run;
import io.dysk.vm.KernelTest;
import io.dysk.vm.VirtualMachine;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * dyskctl with the real module, as somebody uses it for the first time: what goes wrong is told with what to do about it,
 * and every command does its work. What needs no kernel is in dyskctl's own tests.
 */
@KernelTest
@Tag("one-kernel")
class DyskctlTest extends OnOneNode {

    private static final long MIB = 1 << 20;

    /** The guests' host name, by which dyskctl takes leases. */
    private static final String SELF = "guest";

    private static final String KEY = " --credentials-file /root/credentials";
    private static final String WRONG_KEY = " --credentials-file /root/wrong";

    // dyskctl's exit codes, as its --help lists them.
    private static final int USAGE = 2;
    private static final int NO_MODULE = 3;
    private static final int NOT_FOUND = 4;
    private static final int CONFLICT = 5;
    private static final int DENIED = 6;
    private static final int PROBLEMS = 8;

    private Dyskctl dyskctl;

    DyskctlTest(VirtualMachine vm) {
        super(vm);
    }

    @BeforeAll
    void install() {
        dyskctl = Dyskctl.on(vm);
        dyskctl.credentials("/root/credentials", endpoint, endpoint.key());
        dyskctl.credentials("/root/wrong", endpoint, endpoint.wrongKey());
    }

    // ---- mistakes ---------------------------------------------------------------------------------------------------

    @Test
    void withoutTheModuleOrRootNothingIsDoneAndItSaysWhatIsMissing() {
        vm.output("modprobe -r dysk");
        List<Run> runs = dyskctl.together("list", "attach disks/never --create --size 1MiB" + KEY);
        vm.output("modprobe dysk");
        runs.forEach(run -> run.failed(NO_MODULE, "not loaded", "modprobe dysk"));
        assertThat(endpoint.store().snapshots(BlobAddress.of(Endpoint.CONTAINER, "never"))).isEmpty();

        dyskctl.shell("setpriv --reuid=65534 --regid=65534 --clear-groups dyskctl list").getFirst()
                .failed(NO_MODULE, "root");
    }

    @Test
    void aWrongKeyAWrongNameAndASecretOnTheCommandLine() {
        endpoint.createUnleased("mistaken", MIB);
        String signature = "c2lnbmF0dXJlLW9mLWEtc2FzLXRoYXQtbGVha3M%3D";
        dyskctl.secret(signature);

        List<Run> runs = dyskctl.together(
                "attach disks/mistaken" + WRONG_KEY,
                "attach disks/missing" + KEY,
                "attach 'http://10.0.2.2/acct/disks/mistaken?sv=2023-11-03&sp=rw&sig=" + signature + "'");

        runs.get(0).failed(DENIED, "doesn't accept the credentials", "account " + Endpoint.ACCOUNT);
        runs.get(1).failed(NOT_FOUND, "disks/missing");
        runs.get(2).failed(USAGE, "on the command line", "renew it", "--credentials-file");
        assertThat(node.list()).isEmpty();
        assertThat(holder("mistaken")).isNull();
    }

    @Test
    void aBlobThatAnotherNodeHoldsIsTakenOnlyFromTheHolderThatIsNamed() {
        endpoint.createUnleased("taken", MIB);
        LeaseId lease = LeaseId.ofWriter(Endpoint.ACCOUNT + "/disks/taken", "node-7");
        endpoint.store().acquireLease(address("taken"), new LeaseHolder("node-7", lease));

        List<Run> refused = dyskctl.together(
                "attach disks/taken" + KEY,
                "attach disks/taken --break-lease node-8" + KEY);
        refused.get(0).failed(CONFLICT, "held by node-7", "Detach it there", "--break-lease node-7");
        refused.get(1).failed(CONFLICT, "node-8", "held by node-7");
        assertThat(holder("taken")).isEqualTo("node-7");

        dyskctl.run("attach disks/taken --break-lease node-7" + KEY).ok();
        assertThat(holder("taken")).isEqualTo(SELF);
        assertThat(node.list()).hasSize(1);
    }

    @Test
    void aDeviceInUseIsNeitherAttachedTwiceNorDetachedNorDeleted() {
        endpoint.createUnleased("busy", MIB);
        Run attached = dyskctl.run("attach disks/busy" + KEY).ok();
        String device = attached.out().substring(0, attached.out().indexOf(' '));

        List<Run> refused = dyskctl.together(
                "attach disks/busy" + KEY,
                "delete disks/busy --yes" + KEY,
                "list");
        refused.get(0).failed(CONFLICT, "attached already", device);
        refused.get(1).failed(CONFLICT, device, "detach it first");
        assertThat(refused.get(2).ok().out()).contains(device, "live", Endpoint.ACCOUNT + "/disks/busy");

        dyskctl.shell("dyskctl detach " + device + KEY + " 3< " + device).getFirst()
                .failed(CONFLICT, "in use", "Unmount");
        assertThat(holder("busy")).isEqualTo(SELF);
    }

    @Test
    void anAccountThatWantsHttpsIsTold() {
        endpoint.createUnleased("secure", MIB);
        endpoint.server().faults().add(new FaultRule(null, null, null, null, null, 0, 0),
                new Fault(Fault.Kind.ANSWER, 400, "AccountRequiresHttps", -1, 0, 0));

        List<Run> runs = dyskctl.together("attach disks/secure" + KEY, "doctor disks/secure" + KEY);

        runs.get(0).failed(DENIED, "secure transfer required");
        assertThat(runs.get(1).exit()).isEqualTo(PROBLEMS);
        assertThat(runs.get(1).out()).contains("the account refuses it", "Turn off 'secure transfer required'");
        assertThat(node.list()).isEmpty();
    }

    @Test
    void aClockThatIsOffIsToldAsSuchAndNotAsAWrongKey() {
        endpoint.createUnleased("late", MIB);
        endpoint.server().clock().skew(Duration.ofMinutes(20).toMillis());

        List<Run> runs = dyskctl.together("attach disks/late" + KEY, "doctor disks/late" + KEY);

        runs.get(0).failed(DENIED, "clock");
        assertThat(runs.get(1).exit()).isEqualTo(PROBLEMS);
        assertThat(runs.get(1).out()).contains("Set this machine's clock");
        assertThat(node.list()).isEmpty();
    }

    // ---- what it is for ---------------------------------------------------------------------------------------------

    @Test
    void aDisksLife() {
        List<Run> made = dyskctl.together(
                "create disks/life --size 64MiB" + KEY,
                "doctor --container disks" + KEY);
        assertThat(made.get(0).ok().out()).contains("created", "disks/life", "64MiB");
        assertThat(made.get(1).ok().out()).contains("module", "is accepted").doesNotContain("problem", "warning");

        Run attached = dyskctl.run("attach disks/life --timing" + KEY).ok();
        String link = "/dev/disk/by-id/dysk-" + Endpoint.ACCOUNT + "-disks-life";
        String device = attached.out().substring(0, attached.out().indexOf(' '));
        assertThat(attached.out()).startsWith("/dev/dysk").contains(link, "64MiB", "ioctl ", "total ");
        assertThat(holder("life")).isEqualTo(SELF);
        vm.output("mkfs.ext4 -q " + link + " && mkdir -p /mnt/life && mount " + link
                + " /mnt/life && head -c 1000000 /dev/urandom > /mnt/life/file && sync -f /mnt/life");

        List<Run> changes = dyskctl.shell(
                "dyskctl update " + device + " --credentials --no-path-timeout 60s" + KEY
                        + " && dyskctl resize " + device + " 128MiB" + KEY,
                "dyskctl stats disks/life");
        assertThat(changes.get(0).ok().out()).contains("updated " + device, device + ": 128MiB");
        assertThat(changes.get(1).ok().out()).containsPattern(device + " +write +[1-9]");
        vm.output("resize2fs " + device);
        assertThat(vm.output("blockdev --getsize64 " + device)).isEqualTo(Long.toString(128 * MIB));

        List<Run> looks = dyskctl.together(
                "list --all --container disks" + KEY,
                "get " + link + " -o json");
        assertThat(looks.get(0).ok().out())
                .containsPattern(device + " +128MiB +rw +yes +live +" + Endpoint.ACCOUNT + "/disks/life");
        assertThat(looks.get(1).ok().out()).contains("\"state\": \"live\"", "\"open\": true", "\"readOnly\": false",
                "\"capacityBytes\": " + 128 * MIB, "\"noPathTimeoutMs\": 60000");
        vm.output("umount /mnt/life");

        Run detached = dyskctl.run("detach " + link + " --timing" + KEY).ok();
        assertThat(detached.out()).contains("detached " + device, "lease released", "ioctl ", "release ", "total ");
        assertThat(node.list()).isEmpty();
        assertThat(holder("life")).isNull();
    }

    @Test
    void aBlobIsDescribedAsAVolumeAndDeleted() {
        endpoint.createUnleased("described", MIB);

        Run volume = dyskctl.run("convert-pv disks/described" + KEY).ok();
        assertThat(volume.out()).contains("kind: \"PersistentVolume\"", Endpoint.ACCOUNT + "/disks/described", "\"1Mi\"");

        Run deleted = dyskctl.run("delete disks/described --yes" + KEY).ok();
        assertThat(deleted.out()).isEqualTo("deleted " + Endpoint.ACCOUNT + "/disks/described\n");
        dyskctl.run("attach disks/described --read-only" + KEY).failed(NOT_FOUND, "disks/described");
    }

    @Test
    void theFooterOfAVhdOutlivesWhateverIsWrittenToTheDisk() {
        Run attached = dyskctl.run("attach disks/azure.vhd --create --vhd --size 4MiB -o json" + KEY).ok();
        assertThat(attached.out()).contains("\"capacityBytes\": " + 4 * MIB, "\"blobBytes\": " + (4 * MIB + 512));
        PageBlob blob = new PageBlob(endpoint, "azure.vhd", null);
        byte[] footer = blob.read(4 * MIB, 512);
        assertThat(new String(footer, 0, 8, StandardCharsets.US_ASCII)).isEqualTo("conectix");

        // To the very end, and beyond if that were possible.
        vm.run("tr '\\0' '\\377' < /dev/zero | dd of=/dev/dysk0 bs=1M conv=fsync");

        assertThat(blob.read(4 * MIB - 512, 512)).containsOnly(0xff);
        assertThat(blob.read(4 * MIB, 512)).isEqualTo(footer);
    }

    private static BlobAddress address(String name) {
        return BlobAddress.of(Endpoint.CONTAINER, name);
    }

    /** Who holds the lease, or null. */
    private String holder(String name) {
        PageBlobProperties seen = endpoint.store().properties(address(name));
        return seen.lease().locksWrites()
                ? endpoint.store().leaseHolder(address(name)).map(LeaseHolder::name).orElse("unknown") : null;
    }
}
