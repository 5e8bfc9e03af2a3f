package io.dysk.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NamesTest {
    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "ab", "abcdefghijklmnopqrstuvwxy", "Account", "my-account", "evil.example.com/", "acc\nount"})
    void otherAccountNamesAreRefused(String name) {
        assertThatThrownBy(() -> new AccountName(name)).isInstanceOf(BlobException.InvalidArgument.class)
                .hasMessageContaining("3 to 24 lower-case letters and digits")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "ab", "-abc", "abc-", "a--b", "Abc", "a_b", "$root", "a.b", "a/b",
        "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg"})
    void otherContainerNamesAreRefused(String name) {
        assertThatThrownBy(() -> new ContainerName(name)).isInstanceOf(BlobException.InvalidArgument.class)
                .hasMessageContaining("3 to 63 lower-case letters");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "/", "/a", "a/", "a//b", "a/../b", "..", ".", "a/./b", "a.", "a./b", "a\\b", "a\nb", "a\0", "\ud800", "\udc00\ud800"})
    void otherBlobNamesAreRefused(String name) {
        assertThatThrownBy(() -> new BlobName(name)).isInstanceOf(BlobException.InvalidArgument.class)
                .hasMessageContaining("expected 1 to 1024 characters")
                .hasMessageNotContaining("\n");
    }

    @Test
    void longNamesAreRefusedAndNotRepeatedInFull() {
        assertThatThrownBy(() -> new BlobName("x".repeat(1025))).hasMessageContaining("1025 characters")
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(300));
        assertThatThrownBy(() -> new BlobName("a/".repeat(254) + "a")).hasMessageContaining("255 segments");
    }

    @Test
    void possibleNamesAreTaken() {
        assertThat(new AccountName("devstoreaccount1")).hasToString("devstoreaccount1");
        assertThat(new ContainerName("a-1")).hasToString("a-1");
        assertThat(new BlobName("x".repeat(1024)).value()).hasSize(1024);
        assertThat(BlobAddress.of("disks", "Team 1/ü😀%?#.vhd")).hasToString("disks/Team 1/ü😀%?#.vhd");
        assertThat(new SnapshotId("2026-11-21T13:43:03.1234567Z")).hasToString("2026-11-21T13:43:03.1234567Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2026-11-21T13:43:03Z", "2026-11-21T13:43:03.1234567Z&x=y", "yesterday", "2026-13-21T13:43:03.1234567Z"})
    void otherSnapshotIdsAreRefused(String id) {
        assertThatThrownBy(() -> new SnapshotId(id)).isInstanceOf(BlobException.InvalidArgument.class).hasMessageContaining("expected the form");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "node a", "node\u00e4", "a\r\nb"})
    void otherHolderNamesAreRefused(String name) {
        assertThatThrownBy(() -> new LeaseHolder(name, LeaseId.ofReaders("v"))).isInstanceOf(BlobException.InvalidArgument.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1a", "a-b", "a b", "dysk_x", "DYSK_x", "ä"})
    void otherMetadataNamesAreRefused(String name) {
        assertThatThrownBy(() -> new NewPageBlob(512, false, Map.of(name, "x"))).isInstanceOf(BlobException.InvalidArgument.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " a", "a ", "a  b", "a\nb", "ä"})
    void otherMetadataValuesAreRefusedAndNotRepeated(String value) {
        assertThatThrownBy(() -> new NewPageBlob(512, false, Map.of("a", value))).isInstanceOf(BlobException.InvalidArgument.class)
                .hasMessageContaining("metadata a");
    }

    @Test
    void metadataMustFit() {
        assertThatThrownBy(() -> new NewPageBlob(512, false, Map.of("a", "x".repeat(8000)))).hasMessageContaining("8001 bytes");
        assertThatThrownBy(() -> new NewPageBlob(512, false, Map.of("a", "1", "A", "2"))).hasMessageContaining("twice");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -512, 1, 511, (8L << 40) + 512, Long.MAX_VALUE, Long.MIN_VALUE})
    void otherSizesAreRefused(long bytes) {
        assertThatThrownBy(() -> NewPageBlob.raw(bytes)).isInstanceOf(BlobException.InvalidArgument.class).hasMessageContaining("multiple of 512");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 512, (1 << 20) - 512, (1 << 20) + 512, 8L << 40})
    void aVhdIsWholeMebibytes(long bytes) {
        assertThatThrownBy(() -> NewPageBlob.vhd(bytes)).isInstanceOf(BlobException.InvalidArgument.class).hasMessageContaining("1 MiB");
    }

    @Test
    void theLargestSizesAreTaken() {
        assertThat(NewPageBlob.raw(8L << 40).dataBytes()).isEqualTo(8L << 40);
        assertThat(NewPageBlob.vhd((8L << 40) - (1 << 20)).dataBytes()).isEqualTo((8L << 40) - (1 << 20));
    }

    @Test
    void rangesAndPartsMustBePossible() {
        assertThatThrownBy(() -> RangeQuery.ofWindow(1, 512)).isInstanceOf(BlobException.InvalidArgument.class);
        assertThatThrownBy(() -> RangeQuery.ofWindow(0, 0)).isInstanceOf(BlobException.InvalidArgument.class);
        assertThatThrownBy(() -> RangeQuery.ofWindow(512, Long.MAX_VALUE - 511)).isInstanceOf(BlobException.InvalidArgument.class);
        assertThatThrownBy(() -> new Listing("", false, 0, java.util.Optional.empty())).isInstanceOf(BlobException.InvalidArgument.class);
        assertThatThrownBy(() -> new Listing("", false, 5001, java.util.Optional.empty())).isInstanceOf(BlobException.InvalidArgument.class);
    }
}
