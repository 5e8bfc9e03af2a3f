package io.dysk.kernelsuite;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.pages.PageRange;
import io.dysk.vm.Command;
import io.dysk.vm.KernelTest;
import io.dysk.vm.VirtualMachine;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** File systems live on a device as on any disk. */
@KernelTest
@Tag("quick")
class FileSystemTest extends OnOneNode {
    private static final long MIB = 1 << 20;

    enum Kind {
        EXT4("mkfs.ext4 -q", "e2fsck -fn", "resize2fs"),
        XFS("mkfs.xfs -q", "xfs_repair -n", "xfs_growfs");

        final String make;
        final String check;
        final String grow;

        Kind(String make, String check, String grow) {
            this.make = make;
            this.check = check;
            this.grow = grow;
        }
    }

    FileSystemTest(VirtualMachine vm) {
        super(vm);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void filesSurviveRemountAndAttachElsewhereAndTheCheckFindsNoFault(Kind kind) {
        PageBlob blob = endpoint.create("files-" + kind, 320 * MIB);
        Device first = node.attach(blob.attach());
        make(kind, first);
        writeFiles();
        String sums = sums();
        vm.output("umount /mnt");
        first.detach();

        Device second = node.attach(blob.attach());
        run(kind.check + " " + second.path());
        vm.output("mount " + second.path() + " /mnt");

        assertThat(sums()).isEqualTo(sums).hasLineCount(12);
        vm.output("umount /mnt");
        run(kind.check + " " + second.path());
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatFsyncPromisedIsThereAfterTheNodeLostItsMemory(Kind kind) {
        PageBlob blob = endpoint.create("fsynced-" + kind, 320 * MIB);
        Device before = node.attach(blob.attach());
        make(kind, before);
        vm.output("head -c 1M /dev/urandom > /root/kept && cp /root/kept /mnt/kept && sync /mnt/kept /mnt");

        // Nothing more reaches the blob: like a power failure of the node, but for the time it takes.
        before.forceDetach();
        vm.output("umount -l /mnt; true");

        Device after = node.attach(blob.attach());
        vm.output("mount " + after.path() + " /mnt && cmp /root/kept /mnt/kept && umount /mnt");
        run(kind.check + " " + after.path());
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void fstrimGivesBackTheSpaceOfDeletedFiles(Kind kind) {
        PageBlob blob = endpoint.create("trimmed-" + kind, 320 * MIB);
        Device device = node.attach(blob.attach());
        make(kind, device);
        vm.output("head -c 24M /dev/urandom > /mnt/big && sync -f /mnt");
        long full = written(blob);
        assertThat(full).isGreaterThan(24 * MIB);

        vm.output("rm /mnt/big && sync -f /mnt && fstrim /mnt");

        assertThat(written(blob)).isLessThan(full - 23 * MIB);
        vm.output("umount /mnt");
        run(kind.check + " " + device.path());
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aMountedFileSystemGrowsWithItsBlob(Kind kind) {
        PageBlob blob = endpoint.create("growing-" + kind, 320 * MIB);
        Device device = node.attach(blob.attach());
        make(kind, device);
        writeFiles();
        String sums = sums();
        long before = fileSystemBytes();

        blob.resize(640 * MIB);
        assertThat(device.resize()).isEqualTo(640 * MIB);
        assertThat(vm.output("blockdev --getsize64 " + device.path())).isEqualTo(Long.toString(640 * MIB));
        run(kind.grow + " " + (kind == Kind.XFS ? "/mnt" : device.path()));

        assertThat(fileSystemBytes()).isGreaterThan(before + 280 * MIB);
        vm.output("head -c 8M /dev/urandom > /mnt/more && sync -f /mnt");
        assertThat(sums()).contains(sums);
        vm.output("umount /mnt");
        run(kind.check + " " + device.path());
    }

    @Test
    void aBlobThatShrankIsRefusedAndNothingChanges() {
        PageBlob blob = endpoint.create("shrinking", 8 * MIB);
        Device device = node.attach(blob.attach());
        blob.resize(4 * MIB);

        Outcome.Refused refused = node.toolRefused("resize " + device.index());

        assertThat(refused.errno()).isEqualTo("ERANGE");
        assertThat(refused.reason()).isEqualTo(Reason.SHRUNK);
        assertThat(vm.output("blockdev --getsize64 " + device.path())).isEqualTo(Long.toString(8 * MIB));
    }

    @Test
    void resizingToTheSameSizeIsNoFault() {
        PageBlob blob = endpoint.create("steady", 8 * MIB);
        Device device = node.attach(blob.attach());

        assertThat(device.resize()).isEqualTo(8 * MIB);
    }

    private void make(Kind kind, Device device) {
        run(kind.make + " " + device.path() + " && mount " + device.path() + " /mnt");
    }

    private void writeFiles() {
        vm.output("cd /mnt && for i in $(seq 12); do mkdir -p d$((i % 3)) && head -c $((i * i * 5000)) /dev/urandom > d$((i % 3))/f$i;"
                + " done && sync -f /mnt && echo 3 > /proc/sys/vm/drop_caches");
    }

    private String sums() {
        return vm.output("cd /mnt && find . -name 'f*' -type f | sort | xargs sha256sum");
    }

    private long fileSystemBytes() {
        return Long.parseLong(vm.output("echo $(($(stat -f -c '%b * %S' /mnt)))"));
    }

    private static long written(PageBlob blob) {
        return blob.view().pageRanges().stream().mapToLong(PageRange::length).sum();
    }

    private void run(String line) {
        vm.output(Command.of(line).within(Duration.ofSeconds(120)));
    }
}
