package io.dysk.kernelsuite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.dysk.blobserver.blob.AppliedWrite;
import io.dysk.vm.KernelTest;
import io.dysk.vm.VirtualMachine;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A device holds what was written to it, and the blob is the device byte by byte. */
@KernelTest
@Tag("quick")
class ReadWriteTest extends OnOneNode {
    private static final int MIB = 1 << 20;
    private static final long GIB = 1L << 30;
    private static final int SECTOR = 512;

    ReadWriteTest(VirtualMachine vm) {
        super(vm);
    }

    @Test
    void whatIsWrittenIsInTheBlob() {
        PageBlob blob = endpoint.create("written", 16 * MIB);
        Device device = node.attach(blob.attach());

        byte[] data = random(2 * MIB);
        vm.output("dd if=/root/data of=" + device.path() + " bs=1M seek=3 conv=fsync");

        assertThat(blob.read(3 * MIB, 2 * MIB)).isEqualTo(data);
        assertThat(blob.read(0, 3 * MIB)).containsOnly(0);
        assertThat(blob.read(5 * MIB, 11 * MIB)).containsOnly(0);
    }

    @Test
    void whatIsInTheBlobIsReadAfterAttachingAgain() {
        PageBlob blob = endpoint.create("read-back", 4 * MIB);
        Device writer = node.attach(blob.attach());
        byte[] data = random(MIB);
        vm.output("dd if=/root/data of=" + writer.path() + " bs=1M seek=2 oflag=direct");
        writer.detach();

        Device reader = node.attach(blob.attach());
        vm.output("dd if=" + reader.path() + " of=/root/whole bs=1M iflag=direct");

        byte[] whole = vm.get("/root/whole");
        assertThat(whole).isEqualTo(blob.read(0, 4 * MIB));
        assertThat(Arrays.copyOfRange(whole, 2 * MIB, 3 * MIB)).isEqualTo(data);
    }

    @Test
    void sizesFrom512BytesTo4MiBEndUpWhereTheyBelong() {
        PageBlob blob = endpoint.create("sizes", 8 * MIB);
        Device device = node.attach(blob.attach());
        byte[] data = random(6 * MIB);

        // Sizes that are powers of two and others; each right behind the one before, so most are not aligned to 4 KiB.
        List<Integer> sectors = List.of(1, 2, 7, 8, 9, 127, 1000, 2049, 8192);
        int at = 1;
        StringBuilder script = new StringBuilder("set -e;");
        for (int count : sectors) {
            script.append(" dd if=/root/data of=").append(device.path()).append(" iflag=skip_bytes,count_bytes")
                    .append(" oflag=direct,seek_bytes conv=notrunc bs=").append(count * SECTOR)
                    .append(" skip=").append(at * SECTOR).append(" seek=").append(at * SECTOR)
                    .append(" count=").append(count * SECTOR).append(" 2>&1;");
            at += count;
        }
        vm.output(script.toString());

        int end = at * SECTOR;
        assertThat(blob.read(SECTOR, end - SECTOR)).isEqualTo(Arrays.copyOfRange(data, SECTOR, end));
        assertThat(blob.read(0, SECTOR)).containsOnly(0);
        assertThat(blob.read(end, 8 * MIB - end)).containsOnly(0);
        assertThat(vm.output("cmp -n " + (end - SECTOR) + " -i " + SECTOR + " /root/data " + device.path() + " && echo same"))
                .isEqualTo("same");
    }

    @Test
    void aRequestOf4MiBIsOnePutPage() {
        PageBlob blob = endpoint.create("large", 16 * MIB);
        Device device = node.attach(blob.attach());

        vm.output("dd if=/dev/urandom of=" + device.path() + " bs=4M count=3 iflag=fullblock oflag=direct");

        assertThat(blob.changes(AppliedWrite.Kind.UPDATE)).extracting(AppliedWrite::offset, AppliedWrite::length)
                .containsExactly(tuple(0L, 4L * MIB),
                        tuple(4L * MIB, 4L * MIB),
                        tuple(8L * MIB, 4L * MIB));
    }

    @Test
    void everyWriteCarriesTheLeaseAndTheEpoch() {
        PageBlob blob = endpoint.create("guarded", 8 * MIB);
        Device device = node.attach(blob.attach());

        node.fio("--filename=" + device.path() + " --rw=randwrite --bs=16k --size=4m --iodepth=8");
        vm.output("blkdiscard -o 1M -l 1M " + device.path());

        List<AppliedWrite> changes = blob.changes().stream()
                .filter(change -> change.kind() == AppliedWrite.Kind.UPDATE || change.kind() == AppliedWrite.Kind.CLEAR)
                .toList();
        assertThat(changes).hasSize(4 * MIB / (16 << 10) + 1).allMatch(AppliedWrite::leased)
                .allMatch(change -> change.sequence() == device.epoch());
        assertThat(device.epoch()).isPositive().isEqualTo(blob.view().sequenceNumber());
    }

    @Test
    void everyAttachHasAnEpochOfItsOwn() {
        PageBlob blob = endpoint.create("epochs", MIB);
        Set<Long> epochs = new HashSet<>();
        long last = 0;
        for (int i = 0; i < 3; i++) {
            Device device = node.attach(blob.attach());
            assertThat(device.epoch()).isGreaterThan(last);
            last = device.epoch();
            epochs.add(last);
            device.detach();
        }
        assertThat(epochs).hasSize(3);
    }

    @Test
    void aDiscardIsOneClearHoweverLarge() {
        PageBlob blob = endpoint.create("discarded", 64 * GIB);
        Device device = node.attach(blob.attach());
        vm.output("dd if=/dev/urandom of=" + device.path() + " bs=1M count=4 oflag=direct");

        vm.output("blkdiscard -o 1M -l 3G " + device.path());

        assertThat(blob.changes(AppliedWrite.Kind.CLEAR)).singleElement()
                .satisfies(clear -> assertThat(clear.offset()).isEqualTo(MIB))
                .satisfies(clear -> assertThat(clear.length()).isEqualTo(3 * GIB));
        assertThat(blob.view().pageRanges()).singleElement().satisfies(
                range -> assertThat(range.length()).isEqualTo(MIB));

        // A bio of the kernel counts bytes in 32 bits: 4 GiB less a sector is the most that one can ask for.
        vm.output("blkdiscard " + device.path());
        assertThat(blob.changes(AppliedWrite.Kind.CLEAR)).hasSizeLessThanOrEqualTo(1 + 17);
        assertThat(blob.view().pageRanges()).isEmpty();
    }

    @Test
    void writingZeroesIsOneClearToo() {
        PageBlob blob = endpoint.create("zeroed", 8 * GIB);
        Device device = node.attach(blob.attach());
        vm.output("dd if=/dev/urandom of=" + device.path() + " bs=1M count=4 oflag=direct");

        vm.output("blkdiscard --zeroout -o 512 -l " + (3 * GIB) + " " + device.path());

        assertThat(blob.changes(AppliedWrite.Kind.CLEAR)).singleElement()
                .satisfies(clear -> assertThat(clear.offset()).isEqualTo(SECTOR))
                .satisfies(clear -> assertThat(clear.length()).isEqualTo(3 * GIB));
        assertThat(blob.read(SECTOR, 4 * MIB)).containsOnly(0);
    }

    @Test
    void aDiscardedRangeReadsAsZeros() {
        PageBlob blob = endpoint.create("punched", 8 * MIB);
        Device device = node.attach(blob.attach());
        vm.output("dd if=/dev/urandom of=" + device.path() + " bs=1M count=8 oflag=direct");
        byte[] before = blob.read(0, 8 * MIB);

        vm.output("blkdiscard -o 513024 -l 1025024 " + device.path());
        vm.output("dd if=" + device.path() + " of=/root/punched bs=1M iflag=direct");

        byte[] expected = before.clone();
        Arrays.fill(expected, 513024, 513024 + 1025024, (byte) 0);
        assertThat(vm.get("/root/punched")).isEqualTo(expected);
        assertThat(blob.read(0, 8 * MIB)).isEqualTo(expected);
    }

    @Test
    void flushAndForceUnitAccessAreAcceptedAndNeedNoRequestOfTheirOwn() {
        PageBlob blob = endpoint.create("flushed", 4 * MIB);
        Device device = node.attach(blob.attach());

        vm.output("dd if=/dev/urandom of=" + device.path() + " bs=4k count=16 oflag=direct,dsync conv=fsync,fdatasync");
        vm.output("sync -d " + device.path());

        assertThat(blob.changes(AppliedWrite.Kind.UPDATE)).hasSize(16);
        assertThat(device.stats().number("write_failed")).isZero();
    }

    @Test
    void theQueueTellsWhatTheServiceCanDo() {
        Device device = node.attach(endpoint.create("limits", 64 * GIB).attach());

        Map<String, String> queue = vm.output("cd /sys/block/" + device.name() + "/queue && grep -s -d skip . *").lines()
                .map(line -> line.split(":", 2)).collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (a, b) -> a));
        assertThat(queue).containsEntry("logical_block_size", "512").containsEntry("physical_block_size", "4096")
                .containsEntry("minimum_io_size", "4096").containsEntry("optimal_io_size", "4194304")
                .containsEntry("max_hw_sectors_kb", "4096").containsEntry("max_sectors_kb", "4096")
                .containsEntry("write_cache", "write through").containsEntry("fua", "0")
                .containsEntry("rotational", "0");
        // The service orders nothing by place. The oldest kernel has no choice but between this and a scheduler.
        assertThat(queue.get("scheduler")).matches("none|\\[none].*");
        // We say 512; newer kernels raise it to the physical block, but pass smaller discards on all the same.
        assertThat(queue.get("discard_granularity")).isIn("512", "4096");
        long largest = 4 * GIB - SECTOR;
        assertThat(queue).containsEntry("discard_max_bytes", Long.toString(largest))
                .containsEntry("write_zeroes_max_bytes", Long.toString(largest));
    }

    @Test
    void theCapacityIsThatOfTheBlobToTheSector() {
        long size = 5L * MIB + SECTOR;
        PageBlob blob = endpoint.create("capacity", size);
        Device device = node.attach(blob.attach());

        assertThat(device.capacity()).isEqualTo(size);
        assertThat(vm.output("blockdev --getsize64 " + device.path())).isEqualTo(Long.toString(size));
        vm.output("dd if=/dev/urandom of=" + device.path() + " bs=512 count=1 oflag=direct seek=" + (size / SECTOR - 1));
        assertThat(blob.read(size - SECTOR, SECTOR)).isNotEqualTo(new byte[SECTOR]);
        assertThat(vm.run("dd if=" + device.path() + " bs=512 count=1 iflag=direct skip=" + (size / SECTOR)).stderr())
                .contains("0 bytes copied");
    }

    @Test
    void theLinkByIdNamesTheBlob() {
        Device device = node.attach(endpoint.create("team-a/Volume_1.vhd", MIB).attach());

        String link = "/dev/disk/by-id/dysk-" + Endpoint.ACCOUNT + "-" + Endpoint.CONTAINER + "-team-a_Volume_1.vhd";
        assertThat(vm.output("readlink -f " + link)).isEqualTo(device.path());
        assertThat(device.attribute("by_id")).isEqualTo(link.substring("/dev/disk/by-id/dysk-".length()));

        device.detach();
        node.settle();
        assertThat(vm.run("test -e " + link).succeeded()).isFalse();
    }

    @Test
    void blobNamesMayHaveAnyCharacters() {
        PageBlob blob = endpoint.create("späße/100% & mehr +?#=x", MIB);
        Device device = node.attach(blob.attach());

        byte[] data = random(64 << 10);
        vm.output("dd if=/root/data of=" + device.path() + " bs=64k oflag=direct");

        assertThat(blob.read(0, 64 << 10)).isEqualTo(data);
    }

    @Test
    void partitionsAreFoundOnlyWhenAsked() {
        PageBlob blob = endpoint.create("partitioned", 64 * MIB);
        Device plain = node.attach(blob.attach());
        vm.output("printf 'label: gpt\\n,32M\\n,\\n' | sfdisk --no-reread --no-tell-kernel " + plain.path());
        plain.detach();

        Device again = node.attach(blob.attach());
        assertThat(vm.output("ls /sys/block/" + again.name())).doesNotContain(again.name() + "p1");
        again.detach();

        Device scanned = node.attach(blob.attach().with("parts", 1));
        assertThat(vm.output("cat /sys/block/" + scanned.name() + "/" + scanned.name() + "p1/size")).isEqualTo("65536");
        assertThat(vm.output("readlink -f /dev/disk/by-id/dysk-" + scanned.attribute("by_id") + "-part2"))
                .isEqualTo(scanned.path() + "p2");
    }

    /** So many random bytes, here and in the guest's /root/data. */
    private byte[] random(int bytes) {
        vm.output("head -c " + bytes + " /dev/urandom > /root/data");
        return vm.get("/root/data");
    }
}
