package io.dysk.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Making, resizing, describing and deleting. */
abstract class DiskContract extends PageBlobStoreContract {
    DiskContract(BlobService service) {
        super(service);
    }

    @Test
    void nothingIsCreatedOverABlobThatIsThere() {
        store.create(disk, NewPageBlob.raw(MIB));
        write(disk, 0, pages(1, 7), Optional.empty());
        assertThatThrownBy(() -> store.create(disk, NewPageBlob.raw(MIB)))
                .isInstanceOf(BlobException.AlreadyExists.class)
                .hasMessageContaining(disk.toString());
        assertThat(read(disk, 0, 512)).isEqualTo(pages(1, 7));
    }

    @Test
    void creationNeedsItsContainer() {
        BlobAddress nowhere = BlobAddress.of("no-such-container", "disk");
        assertThatThrownBy(() -> store.create(nowhere, NewPageBlob.raw(512)))
                .isInstanceOfSatisfying(BlobException.NotFound.class, e ->
                        assertThat(e.missing()).isEqualTo(BlobException.NotFound.Missing.CONTAINER));
    }

    @Test
    void creationWhoseAnswerIsLostSucceeds() {
        FaultProxy proxy = proxy();
        proxy.loseAnswerOf("PUT");
        PageBlobProperties made = storeBehind(proxy).create(disk, NewPageBlob.raw(MIB));
        assertThat(proxy.allFaultsHappened()).isTrue();
        assertThat(made.blobBytes()).isEqualTo(MIB);
    }

    @Test
    void creationOverSomebodyElsesBlobFailsAlsoAfterALostAnswer() {
        store.create(disk, NewPageBlob.raw(512));
        FaultProxy proxy = proxy();
        proxy.loseAnswerOf("PUT");
        assertThatThrownBy(() -> storeBehind(proxy).create(disk, NewPageBlob.raw(MIB)))
                .isInstanceOf(BlobException.AlreadyExists.class);
        assertThat(store.properties(disk).blobBytes()).isEqualTo(512);
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThatThrownBy(() -> store.properties(disk)).isInstanceOfSatisfying(BlobException.NotFound.class, e ->
                assertThat(e.missing()).isEqualTo(BlobException.NotFound.Missing.BLOB_OR_SNAPSHOT));
        assertThatThrownBy(() -> store.resize(disk, Resize.growTo(MIB))).isInstanceOf(BlobException.NotFound.class);
        assertThat(store.delete(disk, Deletion.withSnapshots())).isFalse();
    }

    @Test
    void otherKindsOfBlobsAreRefused() {
        plain().container(container).getBlobClient(disk.blob().value()).getBlockBlobClient()
                .upload(new ByteArrayInputStream(new byte[] {1}), 1);
        assertThatThrownBy(() -> store.properties(disk)).isInstanceOf(BlobException.NotPageBlob.class);
        assertThatThrownBy(() -> store.resize(disk, Resize.growTo(MIB))).isInstanceOf(BlobException.NotPageBlob.class);
        assertThat(store.list(container, Listing.ofPrefix("")).items()).isEmpty();
    }

    @Test
    void aNewDiskIsDescribedAsItWasMade() {
        PageBlobProperties made = store.create(disk, new NewPageBlob(8L << 40, false, Map.of("Owner", "a b")));
        assertThat(made).isEqualTo(store.properties(disk));
        assertThat(made.address()).isEqualTo(disk);
        assertThat(made.blobBytes()).isEqualTo(8L << 40);
        assertThat(made.dataBytes()).isEqualTo(8L << 40);
        assertThat(made.format()).isEqualTo(DiskFormat.RAW);
        assertThat(made.lease()).isEqualTo(LeaseState.AVAILABLE);
        assertThat(made.recordedHolder()).isEmpty();
        assertThat(made.sequenceNumber()).isZero();
        assertThat(made.metadata()).containsExactlyEntriesOf(Map.of("owner", "a b"));
        assertThat(made.copy()).isEmpty();
    }

    @Test
    void aVhdEndsWithItsFooterAndOnlyThat() {
        PageBlobProperties made = store.create(disk, NewPageBlob.vhd(3 * MIB));
        assertThat(made.format()).isEqualTo(DiskFormat.VHD);
        assertThat(made.dataBytes()).isEqualTo(3 * MIB);
        assertThat(made.blobBytes()).isEqualTo(3 * MIB + 512);
        assertThat(VhdFooter.parse(read(disk, 3 * MIB, 512))).hasValueSatisfying(footer ->
                assertThat(footer.dataBytes()).isEqualTo(3 * MIB));
        assertThat(store.pageRanges(disk, RangeQuery.ofWindow(0, 4 * MIB)).items())
                .containsExactly(new PageRange(3 * MIB, 512, false));
    }

    @Test
    void aVhdCutShortAtAnyRequestIsCompletedByResize() {
        // Requests of a creation that change something: Put Blob, Put Page (footer), Set Metadata.
        for (String cut : new String[] {"PUT page", "PUT metadata"}) {
            BlobAddress address = new BlobAddress(container, new BlobName(cut.replace(' ', '-')));
            FaultProxy proxy = proxy();
            proxy.answer(cut, 403, Map.of());
            assertThatThrownBy(() -> storeBehind(proxy).create(address, NewPageBlob.vhd(MIB))).isInstanceOf(BlobException.Denied.class);
            assertThat(store.properties(address).format()).isEqualTo(DiskFormat.VHD_INCOMPLETE);

            PageBlobProperties completed = store.resize(address, Resize.growTo(MIB));
            assertThat(completed.format()).isEqualTo(DiskFormat.VHD);
            assertThat(VhdFooter.parse(read(address, MIB, 512))).isPresent();
        }
    }

    @Test
    void aDiskDoesNotShrinkUnlessAllowed() {
        store.create(disk, NewPageBlob.raw(2 * MIB));
        assertThatThrownBy(() -> store.resize(disk, Resize.growTo(MIB)))
                .isInstanceOf(BlobException.Conflict.class)
                .hasMessageContaining("allow it to shrink");
        assertThat(store.properties(disk).blobBytes()).isEqualTo(2 * MIB);
        assertThat(store.resize(disk, Resize.growTo(MIB).orShrink()).blobBytes()).isEqualTo(MIB);
    }

    @Test
    void resizeRefusesAnotherStateThanTheOneNamed() {
        ETag old = store.create(disk, NewPageBlob.raw(MIB)).etag();
        write(disk, 0, pages(1, 1), Optional.empty());
        assertThatThrownBy(() -> store.resize(disk, Resize.growTo(2 * MIB).ifMatch(old)))
                .isInstanceOf(BlobException.PreconditionFailed.class);
        ETag now = store.properties(disk).etag();
        assertThat(store.resize(disk, Resize.growTo(2 * MIB).ifMatch(now)).blobBytes()).isEqualTo(2 * MIB);
    }

    @Test
    void resizeNeedsTheLeaseAndNamesItsHolder() {
        store.create(disk, NewPageBlob.raw(MIB));
        store.acquireLease(disk, node("node-a"));
        assertThatThrownBy(() -> store.resize(disk, Resize.growTo(2 * MIB)))
                .isInstanceOfSatisfying(BlobException.LeaseHeld.class, e -> assertThat(e.holder()).contains(node("node-a")))
                .hasMessageContaining("node-a");
        assertThatThrownBy(() -> store.resize(disk, Resize.growTo(2 * MIB).under(node("node-b").lease())))
                .isInstanceOf(BlobException.LeaseHeld.class);
        assertThat(store.resize(disk, Resize.growTo(2 * MIB).under(node("node-a").lease())).blobBytes()).isEqualTo(2 * MIB);
    }

    @Test
    void resizeUnderALeaseThatIsNotInForceIsRefused() {
        store.create(disk, NewPageBlob.raw(MIB));
        assertThatThrownBy(() -> store.resize(disk, Resize.growTo(2 * MIB).under(node("node-a").lease())))
                .isInstanceOf(BlobException.LeaseLost.class);
    }

    @Test
    void aResizeThatIsAppliedLateCannotCutOffALaterOne() throws Exception {
        store.create(disk, NewPageBlob.raw(MIB));
        FaultProxy proxy = proxy();
        proxy.hold("PUT properties");
        storeBehind(proxy).resize(disk, Resize.growTo(2 * MIB));
        store.resize(disk, Resize.growTo(3 * MIB));
        write(disk, 3 * MIB - 512, pages(1, 9), Optional.empty());

        assertThat(proxy.applyHeld()).containsExactly(412);
        assertThat(store.properties(disk).blobBytes()).isEqualTo(3 * MIB);
        assertThat(read(disk, 3 * MIB - 512, 512)).isEqualTo(pages(1, 9));
    }

    @Test
    void aResizeWhoseAnswerIsLostSucceeds() {
        store.create(disk, NewPageBlob.raw(MIB));
        FaultProxy proxy = proxy();
        proxy.loseAnswerOf("PUT properties");
        assertThat(storeBehind(proxy).resize(disk, Resize.growTo(2 * MIB)).blobBytes()).isEqualTo(2 * MIB);
        assertThat(proxy.seen().stream().filter("PUT properties"::equals)).hasSize(1);
    }

    @Test
    void aResizeOfANamedStateWhoseAnswerIsLostDoesNotSayThatNothingChanged() {
        ETag named = store.create(disk, NewPageBlob.raw(MIB)).etag();
        FaultProxy proxy = proxy();
        proxy.loseAnswerOf("PUT properties");
        assertThatThrownBy(() -> storeBehind(proxy).resize(disk, Resize.growTo(2 * MIB).ifMatch(named)))
                .isInstanceOfSatisfying(BlobException.Unavailable.class, e -> assertThat(e.outcomeKnown()).isFalse());
        assertThat(store.properties(disk).blobBytes()).isEqualTo(2 * MIB);
    }

    @Test
    void aBlobThatNeverStopsChangingIsLeftAsItIs() {
        store.create(disk, NewPageBlob.raw(MIB));
        FaultProxy proxy = proxy();
        for (int i = 0; i < 60; i++) {
            proxy.before("PUT properties", () -> write(disk, 0, pages(1, 1), Optional.empty()));
        }
        assertThatThrownBy(() -> storeBehind(proxy).resize(disk, Resize.growTo(2 * MIB)))
                .isInstanceOf(BlobException.PreconditionFailed.class)
                .hasMessageContaining("stop the writer");
        assertThat(store.properties(disk).blobBytes()).isEqualTo(MIB);
    }

    @Test
    void aBlobThatIsWrittenMeanwhileIsResizedInTheEnd() {
        store.create(disk, NewPageBlob.raw(MIB));
        FaultProxy proxy = proxy();
        for (int i = 0; i < 3; i++) {
            byte[] pages = pages(1, i);
            proxy.before("PUT properties", () -> write(disk, 0, pages, Optional.empty()));
        }
        assertThat(storeBehind(proxy).resize(disk, Resize.growTo(2 * MIB)).blobBytes()).isEqualTo(2 * MIB);
        assertThat(proxy.allFaultsHappened()).isTrue();
        assertThat(read(disk, 0, 512)).isEqualTo(pages(1, 2));
    }

    @Test
    void theFooterOfAVhdMovesAlongAndLeavesZeros() {
        store.create(disk, NewPageBlob.vhd(MIB));
        write(disk, MIB - 512, pages(1, 5), Optional.empty());
        byte[] before = read(disk, MIB, 512);

        PageBlobProperties grown = store.resize(disk, Resize.growTo(4 * MIB));
        assertThat(grown.format()).isEqualTo(DiskFormat.VHD);
        assertThat(grown.dataBytes()).isEqualTo(4 * MIB);
        assertThat(read(disk, MIB - 512, 512)).isEqualTo(pages(1, 5));
        assertThat(read(disk, MIB, (int) (3 * MIB))).containsOnly(0);
        VhdFooter footer = VhdFooter.parse(read(disk, 4 * MIB, 512)).orElseThrow();
        assertThat(footer.dataBytes()).isEqualTo(4 * MIB);
        assertThat(footer.diskId()).isEqualTo(VhdFooter.parse(before).orElseThrow().diskId());

        PageBlobProperties shrunk = store.resize(disk, Resize.growTo(2 * MIB).orShrink());
        assertThat(shrunk.format()).isEqualTo(DiskFormat.VHD);
        assertThat(VhdFooter.parse(read(disk, 2 * MIB, 512)).orElseThrow().dataBytes()).isEqualTo(2 * MIB);
    }

    @Test
    void growingAVhdCanBeCutShortAtAnyRequestAndGoesOn() {
        // Changing requests of a growth: size, footer, clearing, note. Each is refused once; the last round cuts none.
        String[] requests = {"PUT properties", "PUT page", "PUT page", "PUT metadata"};
        for (int cut = 0; cut < requests.length; cut++) {
            BlobAddress address = new BlobAddress(container, new BlobName("grow-" + cut));
            store.create(address, NewPageBlob.vhd(MIB));
            write(address, 0, pages(2048, 6), Optional.empty());
            FaultProxy proxy = proxy();
            if (cut == 2) {
                proxy.before("PUT page", () -> {});
            }
            proxy.answer(requests[cut], 403, Map.of());
            assertThatThrownBy(() -> storeBehind(proxy).resize(address, Resize.growTo(3 * MIB)))
                    .as("cut at %s", cut).isInstanceOf(BlobException.Denied.class);
            assertThat(store.properties(address).dataBytes()).as("cut at %s", cut).isEqualTo(MIB);

            // Going on to yet another size must not leave the footer of the first try inside of the data.
            assertThat(store.resize(address, Resize.growTo(5 * MIB)).format()).isEqualTo(DiskFormat.VHD);
            assertThat(read(address, 0, (int) MIB)).isEqualTo(pages(2048, 6));
            assertThat(read(address, MIB, (int) (4 * MIB))).as("cut at %s", cut).containsOnly(0);
            assertThat(VhdFooter.parse(read(address, 5 * MIB, 512)).orElseThrow().dataBytes()).isEqualTo(5 * MIB);
        }
    }

    @Test
    void clearingTheOldFooterLateCannotHitNewData() throws Exception {
        store.create(disk, NewPageBlob.vhd(MIB));
        FaultProxy proxy = proxy();
        proxy.before("PUT page", () -> {});
        proxy.hold("PUT page");
        storeBehind(proxy).resize(disk, Resize.growTo(2 * MIB));
        write(disk, MIB, pages(1, 8), Optional.empty());

        assertThat(proxy.applyHeld()).containsExactly(412);
        assertThat(read(disk, MIB, 512)).isEqualTo(pages(1, 8));
    }

    @Test
    void metadataIsReplacedButNotOurOwn() {
        store.create(disk, new NewPageBlob(MIB, true, Map.of("a", "1", "b", "2")));
        store.acquireLease(disk, node("node-a"));
        assertThatThrownBy(() -> store.setMetadata(disk, Map.of("c", "3"), Optional.empty())).isInstanceOf(BlobException.LeaseHeld.class);
        PageBlobProperties changed = store.setMetadata(disk, Map.of("c", "3"), Optional.of(node("node-a").lease()));
        assertThat(changed.metadata()).containsExactlyEntriesOf(Map.of("c", "3"));
        assertThat(changed.format()).isEqualTo(DiskFormat.VHD);
        assertThat(store.leaseHolder(disk)).contains(node("node-a"));
    }

    @Test
    void deletionNeedsTheLease() {
        store.create(disk, NewPageBlob.raw(MIB));
        store.acquireLease(disk, node("node-a"));
        assertThatThrownBy(() -> store.delete(disk, Deletion.ofBlob()))
                .isInstanceOfSatisfying(BlobException.LeaseHeld.class, e -> assertThat(e.holder()).contains(node("node-a")));
        assertThat(store.delete(disk, Deletion.ofBlob().under(node("node-a").lease()))).isTrue();
        assertThat(store.delete(disk, Deletion.ofBlob().under(node("node-a").lease()))).isFalse();
    }

    @Test
    void deletionRefusesAnotherStateThanTheOneNamed() {
        ETag first = store.create(disk, NewPageBlob.raw(MIB)).etag();
        store.delete(disk, Deletion.ofBlob());
        store.create(disk, NewPageBlob.raw(MIB));
        assertThatThrownBy(() -> store.delete(disk, Deletion.ofBlob().ifMatch(first)))
                .isInstanceOf(BlobException.PreconditionFailed.class);
    }

    @Test
    void blobsAreListedByPrefixAPartAtATime() {
        for (String name : new String[] {"v/1", "v/2", "v/3", "w/1"}) {
            store.create(new BlobAddress(container, new BlobName(name)), new NewPageBlob(MIB, name.equals("v/2"), Map.of("n", name)));
        }
        BlobAddress second = new BlobAddress(container, new BlobName("v/2"));
        store.acquireLease(second, node("node-a"));

        Page<PageBlobProperties> one = store.list(container, new Listing("v/", false, 2, Optional.empty()));
        Page<PageBlobProperties> two = store.list(container, new Listing("v/", false, 2, one.next()));
        assertThat(one.items()).extracting(p -> p.address().blob().value()).containsExactly("v/1", "v/2");
        assertThat(two.items()).extracting(p -> p.address().blob().value()).containsExactly("v/3");
        assertThat(two.next()).isEmpty();
        assertThat(one.items().get(1)).usingRecursiveComparison().ignoringFields("createdAt").isEqualTo(store.properties(second));
    }

    @Test
    void listingNeedsItsContainer() {
        assertThatThrownBy(() -> store.list(new ContainerName("no-such-container"), Listing.ofPrefix("")))
                .isInstanceOf(BlobException.NotFound.class);
    }

    @Test
    void aContainerIsMadeOnce() {
        assertThat(store.createContainer(container)).isFalse();
    }

    @Test
    void pagesBeyondAShrunkEndReadAsZerosAfterGrowth() {
        store.create(disk, NewPageBlob.raw(2 * MIB));
        write(disk, MIB, pages(1, 3), Optional.empty());
        store.resize(disk, Resize.growTo(MIB).orShrink());
        store.resize(disk, Resize.growTo(2 * MIB));
        byte[] zeros = new byte[512];
        assertThat(Arrays.equals(read(disk, MIB, 512), zeros)).isTrue();
    }
}
