package io.dysk.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tags of blobs, and tiers where there are none; where there are some, {@link PremiumTierTest} says. */
abstract class TagAndTierContract extends PageBlobStoreContract {
    TagAndTierContract(BlobService service) {
        super(service);
    }

    @BeforeEach
    void aDisk() {
        store.create(disk, NewPageBlob.raw(MIB));
    }

    private void refused(Map<String, String> tags, String part) {
        assertThatThrownBy(() -> store.setTags(disk, tags, Optional.empty()))
                .isInstanceOf(BlobException.InvalidArgument.class)
                .hasMessageContaining(part);
    }

    @Test
    void tagsThatDoNotFitAreRefused() {
        refused(IntStream.range(0, 11).boxed().collect(Collectors.toMap(i -> "t" + i, i -> "v")), "at most 10");
        refused(Map.of("", "v"), "tag name");
        refused(Map.of("a".repeat(129), "v"), "tag name");
        refused(Map.of("a<b", "v"), "tag name");
        refused(Map.of("a", "v".repeat(257)), "of tag");
        refused(Map.of("a", "ü"), "of tag");
        assertThat(store.tags(disk)).isEmpty();
    }

    @Test
    void tagsOfALeasedBlobTakeItsLease() {
        LeaseHolder holder = node("node-a");
        store.acquireLease(disk, holder);
        assertThatThrownBy(() -> store.setTags(disk, Map.of("a", "1"), Optional.empty()))
                .isInstanceOfSatisfying(BlobException.LeaseHeld.class, e -> assertThat(e.holder()).contains(holder));
        store.setTags(disk, Map.of("a", "1"), Optional.of(holder.lease()));
        assertThat(store.tags(disk)).isEqualTo(Map.of("a", "1"));
    }

    @Test
    void tagsOfWhatIsNotThere() {
        BlobAddress gone = BlobAddress.of(container.value(), "gone");
        assertThatThrownBy(() -> store.tags(gone)).isInstanceOf(BlobException.NotFound.class);
        assertThatThrownBy(() -> store.setTags(gone, Map.of(), Optional.empty())).isInstanceOf(BlobException.NotFound.class);
    }

    @Test
    void tagsAreReplacedAsAWholeAndLeaveTheStateAlone() {
        ETag before = store.properties(disk).etag();
        store.setTags(disk, Map.of("volume", "pvc 1", "a+b-c./:=_", "+-./:=_"), Optional.empty());
        assertThat(store.tags(disk)).isEqualTo(Map.of("volume", "pvc 1", "a+b-c./:=_", "+-./:=_"));
        store.setTags(disk, Map.of("volume", "pvc 2"), Optional.empty());
        assertThat(store.tags(disk)).isEqualTo(Map.of("volume", "pvc 2"));
        store.setTags(disk, Map.of(), Optional.empty());
        assertThat(store.tags(disk)).isEmpty();
        assertThat(store.properties(disk).etag()).isEqualTo(before);
    }

    @Test
    void aTagNeedsNoValue() {
        if (has(BlobService.Quirk.TAGS_NEED_VALUES)) {
            assertThatThrownBy(() -> store.setTags(disk, Map.of("a", ""), Optional.empty())).isInstanceOf(BlobException.InvalidArgument.class);
        } else {
            store.setTags(disk, Map.of("a", ""), Optional.empty());
            assertThat(store.tags(disk)).isEqualTo(Map.of("a", ""));
        }
    }

    @Test
    void anAccountWithoutTiersTakesNone() {
        assertThatThrownBy(() -> store.setTier(disk, "P10"))
                .isInstanceOf(BlobException.InvalidArgument.class)
                .hasMessageContaining("premium");
        assertThatThrownBy(() -> store.setTier(disk, "Hot"))
                .isInstanceOf(BlobException.InvalidArgument.class)
                .hasMessageContaining("\"Hot\"");
        assertThat(store.properties(disk).tier()).isEmpty();
        assertThat(store.list(container, Listing.ofPrefix("")).items()).singleElement()
                .satisfies(entry -> assertThat(entry.tier()).isEmpty());
    }
}
