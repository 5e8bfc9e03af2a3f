package io.dysk.controller.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.blob.BlobAddress;
import io.dysk.blob.ContainerName;
import io.dysk.blob.NewPageBlob;
import io.dysk.blob.PageBlobStore;
import io.dysk.blob.Resize;
import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.controller.Controller;
import io.dysk.controller.PageWriter;
import io.dysk.controller.Storage;
import io.dysk.csi.BlockMetadata;
import io.dysk.csi.BlockMetadataType;
import io.dysk.csi.GetMetadataAllocatedRequest;
import io.dysk.csi.GetMetadataAllocatedResponse;
import io.dysk.csi.GetMetadataDeltaRequest;
import io.dysk.csi.GetMetadataDeltaResponse;
import io.dysk.csi.SnapshotMetadataGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a backup is told to read, against a model that knows of every sector whether it was touched. */
class SnapshotMetadataTest {
    private static final int SECTOR = 512;
    private static final int MIB = 1 << 20;
    private static final BlobAddress DISK = BlobAddress.of("volumes", "disk");
    private static final String ID = Storage.ALPHA + "/" + DISK;

    @TempDir
    private Path folder;

    private Storage storage;
    private Controller controller;
    private PageBlobStore store;
    private PageWriter writer;

    @BeforeEach
    void start() {
        storage = new Storage(folder).own(Storage.ALPHA);
        controller = new Controller(storage);
        store = storage.store(Storage.ALPHA);
        writer = new PageWriter(store);
        store.createContainer(new ContainerName("volumes"));
    }

    @AfterEach
    void end() {
        controller.close();
        storage.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatIsWrittenAndWhatChangedIsToldToTheSector(long seed) {
        int sectors = 4 * MIB / SECTOR;
        store.create(DISK, NewPageBlob.raw(4 * MIB));
        Random random = new Random(seed);
        BitSet written = new BitSet();
        touch(random, sectors, written, new BitSet());
        String base = snapshot("base");
        BitSet atBase = (BitSet) written.clone();
        BitSet changed = new BitSet();
        touch(random, sectors, written, changed);
        String target = snapshot("target");
        BitSet atTarget = (BitSet) written.clone();
        // What was written and cleared in between was nothing before and is nothing now.
        BitSet something = (BitSet) atBase.clone();
        something.or(atTarget);
        changed.and(something);
        touch(random, sectors, written, new BitSet()); // what comes later doesn't count

        assertThat(sectors(allocated(target, 0, 0))).isEqualTo(atTarget);
        assertThat(sectors(delta(base, target, 0, 0))).isEqualTo(changed);
        for (int i = 0; i < 5; i++) {
            int from = random.nextInt(sectors);
            assertThat(sectors(allocated(target, (long) from * SECTOR, 3))).isEqualTo(from(atTarget, from));
            assertThat(sectors(delta(base, target, (long) from * SECTOR + 100, 3))).isEqualTo(from(changed, from));
        }
    }

    @Test
    void moreRangesThanTheServiceGivesAtOnceAllCome() {
        int ranges = 10_050;
        store.create(DISK, NewPageBlob.raw(12 * MIB));
        BitSet written = new BitSet();
        IntStream.range(0, ranges).parallel().forEach(i ->
                assertThat(writer.write(DISK, 2L * i * SECTOR, new byte[SECTOR], Optional.empty())).isEqualTo(201));
        IntStream.range(0, ranges).forEach(i -> written.set(2 * i));
        String snapshot = snapshot("s");
        long before = requests("get-page-ranges");
        List<BlockMetadata> all = allocated(snapshot, 0, 0);
        assertThat(all).hasSize(ranges);
        assertThat(sectors(all)).isEqualTo(written);
        assertThat(requests("get-page-ranges") - before).isEqualTo(2);
        assertThat(sectors(allocated(snapshot, 20_000L * SECTOR, 7))).isEqualTo(from(written, 20_000));
    }

    @Test
    void moreChangesThanTheServiceGivesAtOnceAllComeWrittenAndClearedOnesInOneOrder() {
        int ranges = 10_050;
        store.create(DISK, NewPageBlob.raw(12 * MIB));
        for (int i = 0; i < 3; i++) {
            writer.write(DISK, 4L * i * MIB, new byte[4 * MIB], Optional.empty());
        }
        String base = snapshot("base");
        IntStream.range(0, ranges).parallel().forEach(i -> assertThat(i % 2 == 0
                ? writer.clear(DISK, 2L * i * SECTOR, SECTOR, Optional.empty())
                : writer.write(DISK, 2L * i * SECTOR, new byte[SECTOR], Optional.empty())).isEqualTo(201));
        BitSet changed = new BitSet();
        IntStream.range(0, ranges).forEach(i -> changed.set(2 * i));
        assertThat(sectors(delta(base, snapshot("target"), 0, 0))).isEqualTo(changed);
    }

    @Test
    void rangesThatTouchAreOneAlsoAcrossWhatTheServiceGivesAtOnce() {
        store.create(DISK, NewPageBlob.raw(MIB));
        writer.write(DISK, 0, new byte[1024], Optional.empty());
        writer.write(DISK, 1024, new byte[512], Optional.empty());
        assertThat(allocated(snapshot("s"), 0, 0)).containsExactly(block(0, 1536));
    }

    @Test
    void clearedPagesChanged() {
        store.create(DISK, NewPageBlob.raw(MIB));
        writer.write(DISK, 0, new byte[4096], Optional.empty());
        String base = snapshot("base");
        writer.clear(DISK, 512, 1024, Optional.empty());
        String target = snapshot("target");
        assertThat(delta(base, target, 0, 0)).containsExactly(block(512, 1024));
        assertThat(allocated(target, 0, 0)).containsExactly(block(0, 512), block(1536, 2560));
    }

    @Test
    void theFooterOfAVhdIsNoBlockOfTheDiskAlsoAfterItMoved() {
        store.create(DISK, NewPageBlob.vhd(MIB));
        String base = snapshot("base");
        assertThat(allocated(base, 0, 0)).isEmpty();
        store.resize(DISK, Resize.growTo(2 * MIB));
        String target = snapshot("target");
        GetMetadataAllocatedResponse answer = calls().getMetadataAllocated(
                GetMetadataAllocatedRequest.newBuilder().setSnapshotId(target).build()).next();
        assertThat(answer.getVolumeCapacityBytes()).isEqualTo(2 * MIB);
        assertThat(answer.getBlockMetadataList()).isEmpty();
        assertThat(sectors(delta(base, target, 0, 0)).nextSetBit(2 * MIB / SECTOR)).isEqualTo(-1);
    }

    @Test
    void anEmptyDiskIsToldWithItsSize() {
        store.create(DISK, NewPageBlob.raw(MIB));
        String snapshot = snapshot("s");
        Iterator<GetMetadataAllocatedResponse> answers = calls().getMetadataAllocated(
                GetMetadataAllocatedRequest.newBuilder().setSnapshotId(snapshot).build());
        GetMetadataAllocatedResponse only = answers.next();
        assertThat(only.getVolumeCapacityBytes()).isEqualTo(MIB);
        assertThat(only.getBlockMetadataType()).isEqualTo(BlockMetadataType.VARIABLE_LENGTH);
        assertThat(only.getBlockMetadataList()).isEmpty();
        assertThat(answers.hasNext()).isFalse();
        assertThat(delta(snapshot, snapshot, 0, 0)).isEmpty();
        assertThat(allocated(snapshot, MIB, 0)).isEmpty();
    }

    @Test
    void aWindowTooLargeForTheServiceIsAskedInParts() {
        store.create(DISK, NewPageBlob.raw(256 * MIB));
        BitSet written = new BitSet();
        Random random = new Random(4);
        for (int i = 0; i < 40; i++) {
            int sector = random.nextInt(256 * MIB / SECTOR);
            writer.write(DISK, (long) sector * SECTOR, new byte[SECTOR], Optional.empty());
            written.set(sector);
        }
        String snapshot = snapshot("s");
        // Ten answers, which are two calls with their retries.
        storage.server.faults().add(new FaultRule("GET", "pagelist", null, null, null, 0, 10),
                new Fault(Fault.Kind.ANSWER, 500, "OperationTimedOut", -1, 0, 0));
        assertThat(sectors(allocated(snapshot, 0, 0))).isEqualTo(written);
        assertThat(storage.server.faults().list().getFirst().hit()).isEqualTo(10);
    }

    @Test
    void aStreamThatBreaksOffSaysSoAndCanBeGoneOnWith() {
        store.create(DISK, NewPageBlob.raw(MIB));
        writer.write(DISK, 0, new byte[512], Optional.empty());
        writer.write(DISK, 4096, new byte[512], Optional.empty());
        String snapshot = snapshot("s");
        storage.server.faults().add(new FaultRule("GET", "pagelist", null, null, null, 0, 0), new Fault(Fault.Kind.ANSWER, 403, "AuthorizationFailure", -1, 0, 0));
        assertThatThrownBy(() -> allocated(snapshot, 0, 0)).isInstanceOf(StatusRuntimeException.class).hasMessageContaining(snapshot);
        storage.server.faults().clear();
        assertThat(allocated(snapshot, 512, 0)).containsExactly(block(4096, 512));
    }

    @Test
    void eachMistakeHasItsCode() {
        store.create(DISK, NewPageBlob.raw(MIB));
        String first = snapshot("1");
        String second = snapshot("2");
        BlobAddress other = BlobAddress.of("volumes", "other");
        store.create(other, NewPageBlob.raw(MIB));
        String others = Storage.ALPHA + "/" + other + "@" + store.createSnapshot(other, "o").id();
        assertFails(() -> allocated("", 0, 0), Status.Code.INVALID_ARGUMENT);
        assertFails(() -> allocated("none", 0, 0), Status.Code.NOT_FOUND);
        assertFails(() -> allocated(ID, 0, 0), Status.Code.NOT_FOUND);
        assertFails(() -> allocated(ID + "@2026-11-21T13:43:03.1234567Z", 0, 0), Status.Code.NOT_FOUND);
        assertFails(() -> allocated(first, -1, 0), Status.Code.OUT_OF_RANGE);
        assertFails(() -> allocated(first, MIB + 1, 0), Status.Code.OUT_OF_RANGE);
        assertFails(() -> allocated(first, 0, -1), Status.Code.INVALID_ARGUMENT);
        assertFails(() -> delta("", second, 0, 0), Status.Code.INVALID_ARGUMENT);
        assertFails(() -> delta(first, "", 0, 0), Status.Code.INVALID_ARGUMENT);
        assertFails(() -> delta("none", second, 0, 0), Status.Code.NOT_FOUND);
        assertFails(() -> delta(second, first, 0, 0), Status.Code.INVALID_ARGUMENT);
        assertFails(() -> delta(first, others, 0, 0), Status.Code.INVALID_ARGUMENT);
        assertFails(() -> delta(first, second, MIB + 1, 0), Status.Code.OUT_OF_RANGE);
    }

    private void touch(Random random, int sectors, BitSet written, BitSet changed) {
        for (int i = 0; i < 60; i++) {
            int from = random.nextInt(sectors);
            int count = Math.min(sectors - from, 1 + random.nextInt(20));
            boolean clear = random.nextInt(3) == 0;
            int status = clear
                    ? writer.clear(DISK, (long) from * SECTOR, (long) count * SECTOR, Optional.empty())
                    : writer.write(DISK, (long) from * SECTOR, new byte[count * SECTOR], Optional.empty());
            assertThat(status).isEqualTo(201);
            if (clear) {
                IntStream.range(from, from + count).filter(written::get).forEach(changed::set);
                written.clear(from, from + count);
            } else {
                changed.set(from, from + count);
                written.set(from, from + count);
            }
        }
    }

    private String snapshot(String name) {
        return ID + "@" + store.createSnapshot(DISK, name).id();
    }

    private SnapshotMetadataGrpc.SnapshotMetadataBlockingStub calls() {
        return SnapshotMetadataGrpc.newBlockingStub(controller.channel()).withDeadlineAfter(Duration.ofSeconds(60));
    }

    private List<BlockMetadata> allocated(String snapshot, long from, int most) {
        List<BlockMetadata> all = new ArrayList<>();
        calls().getMetadataAllocated(GetMetadataAllocatedRequest.newBuilder().setSnapshotId(snapshot).setStartingOffset(from).setMaxResults(most)
                .build()).forEachRemaining((GetMetadataAllocatedResponse part) -> add(all, part.getBlockMetadataList(), most));
        return all;
    }

    private List<BlockMetadata> delta(String base, String target, long from, int most) {
        List<BlockMetadata> all = new ArrayList<>();
        calls().getMetadataDelta(GetMetadataDeltaRequest.newBuilder().setBaseSnapshotId(base).setTargetSnapshotId(target).setStartingOffset(from)
                .setMaxResults(most).build()).forEachRemaining((GetMetadataDeltaResponse part) -> add(all, part.getBlockMetadataList(), most));
        return all;
    }

    private static void add(List<BlockMetadata> all, List<BlockMetadata> part, int most) {
        assertThat(part.size()).isLessThanOrEqualTo(most == 0 ? 10_000 : most);
        all.addAll(part);
    }

    /** As sectors; checks the order on the way. */
    private static BitSet sectors(List<BlockMetadata> blocks) {
        BitSet sectors = new BitSet();
        long end = -1;
        for (BlockMetadata block : blocks) {
            assertThat(block.getByteOffset()).as("in order, merged, without overlap").isGreaterThan(end);
            assertThat(block.getSizeBytes()).isPositive();
            end = block.getByteOffset() + block.getSizeBytes();
            sectors.set((int) (block.getByteOffset() / SECTOR), (int) (end / SECTOR));
        }
        return sectors;
    }

    private static BitSet from(BitSet all, int sector) {
        BitSet rest = (BitSet) all.clone();
        rest.clear(0, sector);
        return rest;
    }

    private static BlockMetadata block(long offset, long size) {
        return BlockMetadata.newBuilder().setByteOffset(offset).setSizeBytes(size).build();
    }

    private long requests(String kind) {
        return storage.server.stats().all().get(kind);
    }

    private static void assertFails(ThrowingCallable call, Status.Code code) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(code);
            assertThat(e.getStatus().getDescription()).isNotBlank();
        });
    }
}
