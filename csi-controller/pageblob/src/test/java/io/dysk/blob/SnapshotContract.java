package io.dysk.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.azure.core.util.Context;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Snapshots, and which pages hold data. */
abstract class SnapshotContract extends PageBlobStoreContract {
    SnapshotContract(BlobService service) {
        super(service);
    }

    @BeforeEach
    void aDisk() {
        store.create(disk, new NewPageBlob(4 * MIB, false, Map.of("a", "1")));
    }

    @Test
    void aDiskWithSnapshotsIsNotDeletedUnlessAsked() {
        store.createSnapshot(disk, "one");
        assertThatThrownBy(() -> store.delete(disk, Deletion.ofBlob()))
                .isInstanceOf(BlobException.Conflict.class)
                .hasMessageContaining("snapshots");
        assertThat(store.delete(disk, new Deletion(Deletion.Snapshots.ONLY, Optional.empty(), Optional.empty()))).isTrue();
        assertThat(store.snapshots(disk)).isEmpty();
        store.createSnapshot(disk, "two");
        assertThat(store.delete(disk, Deletion.withSnapshots())).isTrue();
        assertThat(store.snapshots(disk)).isEmpty();
    }

    @Test
    void whatIsNotThereHasNoSnapshots() {
        BlobAddress gone = BlobAddress.of(container.value(), "gone");
        SnapshotId never = new SnapshotId("2026-01-01T00:00:00.0000000Z");
        assertThatThrownBy(() -> store.createSnapshot(gone, "one")).isInstanceOf(BlobException.NotFound.class);
        assertThatThrownBy(() -> store.properties(disk, never)).isInstanceOf(BlobException.NotFound.class);
        assertThat(store.snapshots(gone)).isEmpty();
        assertThat(store.deleteSnapshot(disk, never)).isFalse();
        assertThat(store.deleteSnapshot(gone, never)).isFalse();
    }

    @Test
    void aSnapshotWhoseAnswerIsLostIsMadeOnce() {
        FaultProxy proxy = proxy();
        proxy.loseAnswerOf("PUT snapshot");
        Snapshot made = storeBehind(proxy).createSnapshot(disk, "one");
        assertThat(proxy.allFaultsHappened()).isTrue();
        assertThat(store.snapshots(disk)).containsExactly(made);
    }

    @Test
    void ofTwoSnapshotsOfOneNameTheOldestCountsForEveryCaller() throws Exception {
        FaultProxy proxy = proxy();
        proxy.hold("PUT snapshot");
        Snapshot made = storeBehind(proxy).createSnapshot(disk, "one");
        assertThat(proxy.applyHeld()).containsExactly(201);
        assertThat(store.snapshots(disk)).hasSize(2);
        assertThat(store.createSnapshot(disk, "one")).isEqualTo(made);
    }

    @Test
    void aNameGivesOneSnapshot() {
        Snapshot one = store.createSnapshot(disk, "one");
        assertThat(store.createSnapshot(disk, "one")).isEqualTo(one);
        assertThat(store.snapshots(disk)).containsExactly(one);
    }

    @Test
    void metadataThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> store.createSnapshot(disk, "one", Map.of("dysk_snapshot", "two")))
                .isInstanceOf(BlobException.InvalidArgument.class);
        assertThat(store.snapshots(disk)).isEmpty();
    }

    @Test
    void aSnapshotHasFactsOfItsOwn() {
        BlobAddress vhd = BlobAddress.of(container.value(), "of-a-vhd");
        store.create(vhd, new NewPageBlob(MIB, true, Map.of("volume", "v1")));
        Snapshot made = store.createSnapshot(vhd, "one", Map.of("request", "r1"));
        assertThat(made.metadata()).isEqualTo(Map.of("request", "r1"));
        assertThat(made.createdAt()).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
        assertThat(made.createdAt()).isEqualTo(Instant.parse(made.id().value()));
        assertThat(store.snapshots(vhd)).containsExactly(made);
        PageBlobProperties snapshot = store.properties(vhd, made.id());
        assertThat(snapshot.metadata()).isEqualTo(Map.of("request", "r1"));
        assertThat(snapshot.format()).isEqualTo(DiskFormat.VHD);
        assertThat(snapshot.snapshotName()).contains("one");
        assertThat(store.properties(vhd).metadata()).isEqualTo(Map.of("volume", "v1"));
        assertThat(store.createSnapshot(vhd, "one", Map.of("request", "r2"))).as("it is there, with what it says").isEqualTo(made);
    }

    @Test
    void aSnapshotNeedsNoLeaseAndKeepsWhatTheBlobSaid() {
        store.acquireLease(disk, node("node-a"));
        Snapshot made = store.createSnapshot(disk, "one");
        PageBlobProperties snapshot = store.properties(disk, made.id());
        assertThat(snapshot.metadata()).containsExactlyEntriesOf(Map.of("a", "1"));
        assertThat(snapshot.snapshot()).contains(made.id());
        assertThat(snapshot.snapshotName()).contains("one");
        assertThat(snapshot.recordedHolder()).isEmpty();
        assertThat(snapshot.lease()).isEqualTo(LeaseState.AVAILABLE);
        assertThat(snapshot.dataBytes()).isEqualTo(4 * MIB);
    }

    @Test
    void snapshotsAreListedOldestFirstWithoutThoseOfLongerNames() {
        BlobAddress longer = new BlobAddress(container, new BlobName(disk.blob().value() + "2"));
        store.create(longer, NewPageBlob.raw(512));
        store.createSnapshot(longer, "other");
        List<Snapshot> made = new ArrayList<>();
        made.add(store.createSnapshot(disk, "one"));
        store.resize(disk, Resize.growTo(8 * MIB));
        made.add(store.createSnapshot(disk, "two"));
        plain().pageBlob(disk).createSnapshotWithResponse(Map.of(), null, null, Context.NONE);

        assertThat(store.snapshots(disk).subList(0, 2)).isEqualTo(made);
        assertThat(store.snapshots(disk)).extracting(Snapshot::name).containsExactly("one", "two", "");
        assertThat(made).extracting(Snapshot::dataBytes).containsExactly(4 * MIB, 8 * MIB);
        assertThat(store.deleteSnapshot(disk, made.getFirst().id())).isTrue();
        assertThat(store.snapshots(disk)).extracting(Snapshot::name).containsExactly("two", "");
    }

    @Test
    void pageRangesAreThoseWritten() {
        assertThat(store.pageRanges(disk, RangeQuery.ofWindow(0, 4 * MIB)).items()).isEmpty();
        write(disk, 512, pages(2, 1), Optional.empty());
        write(disk, MIB, pages(1, 1), Optional.empty());
        assertThat(store.pageRanges(disk, RangeQuery.ofWindow(0, 4 * MIB)).items())
                .containsExactly(new PageRange(512, 1024, false), new PageRange(MIB, 512, false));
        assertThat(store.pageRanges(disk, RangeQuery.ofWindow(MIB, 3 * MIB)).items())
                .containsExactly(new PageRange(MIB, 512, false));
    }

    @Test
    void pageRangesOfASnapshotStay() {
        write(disk, 0, pages(1, 1), Optional.empty());
        Snapshot snapshot = store.createSnapshot(disk, "one");
        write(disk, MIB, pages(1, 1), Optional.empty());
        assertThat(store.pageRanges(disk, RangeQuery.ofWindow(0, 4 * MIB).in(snapshot.id())).items())
                .containsExactly(new PageRange(0, 512, false));
    }

    @Test
    void pageRangesComeAPartAtATime() {
        for (int i = 0; i < 5; i++) {
            write(disk, i * 4096L, pages(1, 1), Optional.empty());
        }
        List<PageRange> all = new ArrayList<>();
        int parts = 0;
        RangeQuery query = new RangeQuery(Optional.empty(), 0, 4 * MIB, 2, Optional.empty());
        for (Page<PageRange> part = store.pageRanges(disk, query); ; part = store.pageRanges(disk, query.from(part.next().get()))) {
            all.addAll(part.items());
            parts++;
            if (part.next().isEmpty()) {
                break;
            }
        }
        assertThat(all).extracting(PageRange::offsetBytes).containsExactly(0L, 4096L, 8192L, 12288L, 16384L);
        assertThat(parts).isEqualTo(has(BlobService.Quirk.PAGE_RANGES_UNPAGED) ? 1 : 3);
    }

    @Test
    void changedPagesSinceASnapshot() {
        write(disk, 0, pages(1, 1), Optional.empty());
        write(disk, 4096, pages(1, 1), Optional.empty());
        Snapshot one = store.createSnapshot(disk, "one");
        write(disk, 8192, pages(1, 2), Optional.empty());
        plain().pageBlob(disk).clearPages(new com.azure.storage.blob.models.PageRange().setStart(4096).setEnd(4096 + 511));

        List<PageRange> changed = store.pageRangesSince(disk, one.id(), RangeQuery.ofWindow(0, 4 * MIB)).items();
        if (has(BlobService.Quirk.DIFF_GIVES_EVERYTHING)) {
            assertThat(changed).containsExactly(new PageRange(0, 512, false), new PageRange(8192, 512, false));
        } else {
            assertThat(changed).containsExactlyInAnyOrder(new PageRange(4096, 512, true), new PageRange(8192, 512, false));
        }
    }

    @Test
    void rangesOfWhatIsNotThere() {
        BlobAddress gone = BlobAddress.of(container.value(), "gone");
        assertThatThrownBy(() -> store.pageRanges(gone, RangeQuery.ofWindow(0, 512))).isInstanceOf(BlobException.NotFound.class);
        SnapshotId never = new SnapshotId("2026-01-01T00:00:00.0000000Z");
        assertThatThrownBy(() -> store.pageRanges(disk, RangeQuery.ofWindow(0, 512).in(never))).isInstanceOf(BlobException.NotFound.class);
        if (has(BlobService.Quirk.DIFF_GIVES_EVERYTHING)) {
            assertThat(store.pageRangesSince(disk, never, RangeQuery.ofWindow(0, 512)).items()).isEmpty();
        } else {
            assertThatThrownBy(() -> store.pageRangesSince(disk, never, RangeQuery.ofWindow(0, 512))).isInstanceOf(BlobException.class);
        }
    }
}
