package io.dysk.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Tiers in an account that has them, and its limit of snapshots. */
final class PremiumTierTest extends PremiumServer {
    @Test
    void aTierThatIsTooSmallIsRefused() {
        store.resize(DISK, Resize.growTo(40L << 30));
        assertThatThrownBy(() -> store.setTier(DISK, "P4"))
                .isInstanceOf(BlobException.InvalidArgument.class)
                .hasMessageContaining("larger than that tier allows");
        store.setTier(DISK, "P6");
        assertThat(store.properties(DISK).tier()).contains("P6");
    }

    @Test
    void aTierIsNotLowered() {
        store.setTier(DISK, "P30");
        assertThatThrownBy(() -> store.setTier(DISK, "P20"))
                .isInstanceOf(BlobException.InvalidArgument.class)
                .hasMessageContaining("doesn't lower");
        assertThat(store.properties(DISK).tier()).contains("P30");
    }

    @Test
    void aTierOfWhatIsNotThere() {
        assertThatThrownBy(() -> store.setTier(TARGET, "P10")).isInstanceOf(BlobException.NotFound.class);
    }

    @Test
    void aTierIsSetAnyNumberOfTimesAndTold() {
        assertThat(store.properties(DISK).tier()).as("by its size").contains("P4");
        ETag before = store.properties(DISK).etag();
        store.setTier(DISK, "P10");
        store.setTier(DISK, "P10");
        assertThat(store.properties(DISK).tier()).contains("P10");
        assertThat(store.properties(DISK).etag()).isEqualTo(before);
        assertThat(store.list(DISKS, Listing.ofPrefix("")).items()).containsExactly(store.properties(DISK));
    }

    @Test
    void aBlobHasOnlySoManySnapshots() {
        server.snapshotLimit().set(2);
        Snapshot first = store.createSnapshot(DISK, "one");
        store.createSnapshot(DISK, "two");
        assertThatThrownBy(() -> store.createSnapshot(DISK, "three"))
                .isInstanceOf(BlobException.LimitReached.class)
                .hasMessageContaining("delete some");
        assertThat(store.createSnapshot(DISK, "one")).as("which is there").isEqualTo(first);
        store.deleteSnapshot(DISK, first.id());
        assertThat(store.createSnapshot(DISK, "three").name()).isEqualTo("three");
    }
}
