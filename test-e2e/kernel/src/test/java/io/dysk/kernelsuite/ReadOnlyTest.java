package io.dysk.kernelsuite;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blob.SnapshotId;
import io.dysk.vm.KernelTest;
import io.dysk.vm.VirtualMachine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who only reads takes nothing from the writer: no lease, no epoch, no byte. */
@KernelTest
class ReadOnlyTest extends OnOneNode {
    private static final int MIB = 1 << 20;

    private final Node other;

    ReadOnlyTest(VirtualMachine vm, VirtualMachine otherVm) {
        super(vm);
        this.other = Node.on(otherVm);
    }

    @AfterEach
    void clearTheOther() {
        other.clear();
    }

    @Test
    void whileSomebodyElseHoldsTheLeaseTwoNodesReadWhatHeWrites() {
        PageBlob blob = endpoint.create("shared", MIB);
        Device writer = node.attach(blob.attach());
        Device reader = other.attach(blob.attach().readOnly());

        vm.output("head -c 65536 /dev/urandom > /root/data && dd if=/root/data of=" + writer.path() + " bs=64k oflag=direct");
        other.vm().output("dd if=" + reader.path() + " of=/root/data bs=64k count=1 iflag=direct");

        assertThat(other.vm().get("/root/data")).isEqualTo(vm.get("/root/data"));
        vm.output("dd if=/dev/zero of=" + writer.path() + " bs=64k count=1 oflag=direct");
        assertThat(writer.state()).isEqualTo(State.LIVE);
    }

    @Test
    void severalNodesReadOneBlobThatNobodyLeased() {
        PageBlob blob = endpoint.createUnleased("read-by-all", MIB);

        Device here = node.attach(blob.attach());
        Device there = other.attach(blob.attach());

        vm.output("cmp -n " + MIB + " " + here.path() + " /dev/zero");
        other.vm().output("cmp -n " + MIB + " " + there.path() + " /dev/zero");
    }

    @Test
    void neitherLeaseNorEpochIsTaken() {
        PageBlob leased = endpoint.create("leased", MIB);
        PageBlob free = endpoint.createUnleased("free", MIB);
        int before = leased.changes().size() + free.changes().size();

        Device ofLeased = node.attach(leased.attach().readOnly());
        Device ofFree = node.attach(free.attach());

        assertThat(ofLeased.epoch()).isZero();
        assertThat(ofFree.epoch()).isZero();
        assertThat(leased.view().leaseId()).isEqualTo(leased.lease());
        assertThat(free.view().leaseId()).isNull();
        assertThat(free.view().sequenceNumber()).isZero();
        assertThat(leased.changes().size() + free.changes().size()).isEqualTo(before);
        assertThat(ofLeased.get().text("lease")).isEmpty();
    }

    @Test
    void openingForWritingIsRefused() {
        PageBlob blob = endpoint.createUnleased("unwritable", MIB);
        Device device = node.attach(blob.attach());

        assertThat(vm.output("blockdev --getro " + device.path())).isEqualTo("1");
        assertThat(vm.run("dd if=/dev/zero of=" + device.path() + " bs=512 count=1").stderr())
                .contains("Read-only file system");
        assertThat(device.sysfs("queue/discard_max_bytes")).isEqualTo("0");
    }

    @Test
    void settingTheDeviceWritableFromOutsideDoesNotMakeItSo() {
        PageBlob blob = endpoint.createUnleased("set-writable", MIB);
        Device device = node.attach(blob.attach());

        vm.run("blockdev --setrw " + device.path());

        assertThat(vm.run("dd if=/dev/zero of=" + device.path() + " bs=512 count=1 oflag=direct").succeeded()).isFalse();
        assertThat(vm.run("blkdiscard " + device.path()).succeeded()).isFalse();
        assertThat(blob.changes()).hasSize(1);
    }

    @Test
    void aSnapshotStaysAsItWasWhileTheBlobGoesOn() {
        PageBlob blob = endpoint.create("snapped", MIB);
        Device writer = node.attach(blob.attach());
        vm.output("yes before | head -c 65536 | dd of=" + writer.path() + " bs=64k iflag=fullblock oflag=direct");
        SnapshotId snapshot = endpoint.store().createSnapshot(blob.address(), "s1").id();
        vm.output("yes after | head -c 65536 | dd of=" + writer.path() + " bs=64k iflag=fullblock oflag=direct");

        Device there = other.attach(blob.attach().readOnly().with("snapshot", snapshot));
        Device here = node.attach(blob.attach().readOnly().with("snapshot", snapshot));

        assertThat(other.vm().output("head -c 6 " + there.path())).isEqualTo("before");
        assertThat(vm.output("head -c 6 " + here.path())).isEqualTo("before");
        assertThat(vm.output("head -c 5 " + writer.path())).isEqualTo("after");
        assertThat(there.attribute("snapshot")).isEqualTo(snapshot.toString());
        assertThat(vm.output("ls /dev/disk/by-id")).contains("snapped");
    }

    @Test
    void aSnapshotCantBeAttachedForWriting() {
        PageBlob blob = endpoint.create("snapped-rw", MIB);
        SnapshotId snapshot = endpoint.store().createSnapshot(blob.address(), "s1").id();

        Outcome.Refused refused = node.refuse(blob.attach().with("snapshot", snapshot));

        assertThat(refused.errno()).isEqualTo("EINVAL");
        assertThat(refused.reason()).isEqualTo(Reason.BAD_ARGUMENT);
    }

    @Test
    void aFileSystemInASnapshotMounts() {
        PageBlob blob = endpoint.create("mounted", 16 * MIB);
        Device writer = node.attach(blob.attach());
        vm.output("mkfs.ext4 -q " + writer.path() + " && mount " + writer.path() + " /mnt && echo hello > /mnt/f"
                + " && fsfreeze -f /mnt");
        SnapshotId snapshot = endpoint.store().createSnapshot(blob.address(), "s1").id();
        vm.output("fsfreeze -u /mnt && echo changed > /mnt/f && umount /mnt");

        Device reader = other.attach(blob.attach().readOnly().with("snapshot", snapshot));

        assertThat(other.vm().output("mount -o ro,noload " + reader.path() + " /mnt && cat /mnt/f && umount /mnt"))
                .isEqualTo("hello");
    }
}
