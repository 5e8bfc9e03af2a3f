package io.dysk.csisuite;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blob.BlobAccess;
import io.dysk.blob.SnapshotId;
import io.dysk.csi.BlockMetadata;
import io.dysk.csi.BlockMetadataType;
import io.dysk.csi.CreateSnapshotRequest;
import io.dysk.csi.GetMetadataAllocatedRequest;
import io.dysk.csi.GetMetadataAllocatedResponse;
import io.dysk.csi.GetMetadataDeltaRequest;
import io.dysk.csi.GetMetadataDeltaResponse;
import io.dysk.csi.Snapshot;
import io.dysk.csi.Volume;
import io.grpc.Status;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * What GetMetadataAllocated and GetMetadataDelta say, beside a comparison of the snapshots byte by byte. There are more ranges than
 * the service lists in one answer.
 */
@Tag("kernel")
@TestInstance(Lifecycle.PER_CLASS)
class SnapshotMetadataTest {
    private static final int SECTOR = 512;
    private static final int RANGES = 10_500;
    private static final int BYTES = 16 << 20;

    private static final String VERSION = "2023-11-03";

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Random random = new Random(1);
    private Cluster cluster;
    private String sas;
    private String volumeId;
    private Snapshot base;
    private Snapshot target;
    private byte[] baseBytes;
    private byte[] targetBytes;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        cluster = Cluster.start(folder);
        Volume volume = cluster.create("tracked", BYTES);
        volumeId = volume.getVolumeId();
        sas = cluster.storage().store().grant(cluster.storage().address(volumeId), Optional.empty(), BlobAccess.READ_WRITE, Duration.ofHours(1)).query();
        for (int i = 0; i < RANGES; i++) {
            write(2 * i, true);
        }
        base = snapshot("base");
        // Written again and cleared, and some written for the first time; never two beside each other, which would be one range.
        for (int i = 0; i < RANGES; i++) {
            write(2 * i, i % 2 == 0);
        }
        for (int i = RANGES; i < RANGES + 100; i++) {
            write(2 * i, true);
        }
        target = snapshot("target");
        write(BYTES / SECTOR - 1, true);
        baseBytes = content(base);
        targetBytes = content(target);
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void allocatedRangesAreThoseThatAreNotZero() {
        List<BlockMetadata> found = allocated(0, 0);

        assertThat(found).hasSizeGreaterThan(10_000);
        assertOrdered(found, 0);
        assertThat(sectors(found)).isEqualTo(different(baseBytes, new byte[BYTES]));
    }

    @Test
    void theDeltaHasEverySectorThatDiffersAndNoneThatNobodyTouched() {
        List<BlockMetadata> found = delta(0, 0);

        assertThat(found).hasSizeGreaterThan(10_000);
        assertOrdered(found, 0);
        assertThat(sectors(found)).isEqualTo(different(baseBytes, targetBytes));
    }

    @Test
    void bothGoOnFromAnyOffsetInAnswersOfAnySize() {
        BitSet allocated = different(baseBytes, new byte[BYTES]);
        BitSet changed = different(baseBytes, targetBytes);
        for (long offset : new long[] {SECTOR, 1_000_000, 10_000_000 / SECTOR * SECTOR, BYTES - SECTOR}) {
            List<BlockMetadata> rest = allocated(offset, 100);
            assertOrdered(rest, offset);
            assertThat(sectors(rest)).as("allocated from %d", offset).isEqualTo(from(allocated, offset));
            List<BlockMetadata> restOfDelta = delta(offset, 1000);
            assertOrdered(restOfDelta, offset);
            assertThat(sectors(restOfDelta)).as("changed from %d", offset).isEqualTo(from(changed, offset));
        }
    }

    @Test
    void anOffsetBehindTheVolumeAndAnUnknownSnapshotAreRefused() {
        assertThat(Csi.failure(() -> allocated(BYTES + SECTOR, 0)).getCode()).isEqualTo(Status.Code.OUT_OF_RANGE);
        assertThat(Csi.failure(() -> allocated(-1, 0)).getCode()).isEqualTo(Status.Code.OUT_OF_RANGE);
        Status unknown = Csi.failure(() -> drain(cluster.controller().csi().snapshotMetadata().getMetadataAllocated(
                GetMetadataAllocatedRequest.newBuilder().setSnapshotId(volumeId + "@2020-01-01T00:00:00.0000000Z").build())));
        assertThat(unknown.getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(unknown.getDescription()).contains(volumeId);
    }

    // ---- calls ------------------------------------------------------------------------------------------------------

    private List<BlockMetadata> allocated(long offset, int most) {
        List<BlockMetadata> all = new ArrayList<>();
        for (GetMetadataAllocatedResponse answer : drain(cluster.controller().csi().snapshotMetadata().getMetadataAllocated(
                GetMetadataAllocatedRequest.newBuilder().setSnapshotId(base.getSnapshotId()).setStartingOffset(offset).setMaxResults(most).build()))) {
            assertThat(answer.getVolumeCapacityBytes()).isEqualTo(BYTES);
            assertThat(answer.getBlockMetadataType()).isEqualTo(BlockMetadataType.VARIABLE_LENGTH);
            assertThat(most == 0 || answer.getBlockMetadataCount() <= most).as("at most %d", most).isTrue();
            all.addAll(answer.getBlockMetadataList());
        }
        return all;
    }

    private List<BlockMetadata> delta(long offset, int most) {
        List<BlockMetadata> all = new ArrayList<>();
        for (GetMetadataDeltaResponse answer : drain(cluster.controller().csi().snapshotMetadata().getMetadataDelta(
                GetMetadataDeltaRequest.newBuilder().setBaseSnapshotId(base.getSnapshotId()).setTargetSnapshotId(target.getSnapshotId())
                        .setStartingOffset(offset).setMaxResults(most).build()))) {
            assertThat(answer.getVolumeCapacityBytes()).isEqualTo(BYTES);
            assertThat(most == 0 || answer.getBlockMetadataCount() <= most).as("at most %d", most).isTrue();
            all.addAll(answer.getBlockMetadataList());
        }
        return all;
    }

    private static <T> List<T> drain(Iterator<T> answers) {
        List<T> all = new ArrayList<>();
        answers.forEachRemaining(all::add);
        return all;
    }

    private Snapshot snapshot(String name) {
        return cluster.controller().csi().controller().createSnapshot(
                CreateSnapshotRequest.newBuilder().setSourceVolumeId(volumeId).setName(name).build()).getSnapshot();
    }

    // ---- ranges as sets of sectors ----------------------------------------------------------------------------------

    private static void assertOrdered(List<BlockMetadata> ranges, long from) {
        long end = 0;
        for (BlockMetadata range : ranges) {
            assertThat(range.getByteOffset()).as("sorted, without overlap").isGreaterThanOrEqualTo(end);
            assertThat(range.getSizeBytes()).isPositive();
            end = range.getByteOffset() + range.getSizeBytes();
            assertThat(end).as("not before the offset asked for").isGreaterThan(from).isLessThanOrEqualTo(BYTES);
        }
    }

    private static BitSet sectors(List<BlockMetadata> ranges) {
        BitSet sectors = new BitSet();
        for (BlockMetadata range : ranges) {
            sectors.set((int) (range.getByteOffset() / SECTOR), (int) ((range.getByteOffset() + range.getSizeBytes()) / SECTOR));
        }
        return sectors;
    }

    private static BitSet different(byte[] one, byte[] other) {
        BitSet sectors = new BitSet();
        for (int at = 0; at < BYTES; at += SECTOR) {
            sectors.set(at / SECTOR, !Arrays.equals(one, at, at + SECTOR, other, at, at + SECTOR));
        }
        return sectors;
    }

    private static BitSet from(BitSet sectors, long offset) {
        BitSet rest = (BitSet) sectors.clone();
        rest.clear(0, (int) (offset / SECTOR));
        return rest;
    }

    // ---- pages, past the driver -------------------------------------------------------------------------------------

    /** Random bytes, or zeros by clearing it. */
    private void write(int sector, boolean update) throws IOException, InterruptedException {
        byte[] data = new byte[update ? SECTOR : 0];
        random.nextBytes(data);
        long from = (long) sector * SECTOR;
        HttpRequest request = HttpRequest.newBuilder(uri("comp=page&" + sas)).header("x-ms-page-write", update ? "update" : "clear")
                .header("x-ms-range", "bytes=" + from + "-" + (from + SECTOR - 1)).header("x-ms-version", VERSION)
                .PUT(update ? HttpRequest.BodyPublishers.ofByteArray(data) : HttpRequest.BodyPublishers.noBody()).build();
        for (int attempt = 1; ; attempt++) {
            try {
                assertThat(http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode()).isEqualTo(201);
                return;
            } catch (IOException e) {
                // The JDK's client may use a connection that is just being closed.
                if (attempt == 3) {
                    throw e;
                }
            }
        }
    }

    private byte[] content(Snapshot snapshot) throws IOException, InterruptedException {
        String time = snapshot.getSnapshotId().substring(snapshot.getSnapshotId().indexOf('@') + 1);
        String right = cluster.storage().store().grant(cluster.storage().address(volumeId), Optional.of(new SnapshotId(time)), BlobAccess.READ,
                Duration.ofHours(1)).query();
        HttpResponse<byte[]> answer = http.send(HttpRequest.newBuilder(uri("snapshot=" + time + "&" + right)).header("x-ms-version", VERSION)
                .build(), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isBetween(200, 206);
        return answer.body();
    }

    private URI uri(String query) {
        return URI.create("http://127.0.0.1:" + cluster.storage().server().port() + "/" + volumeId + "?" + query);
    }
}
