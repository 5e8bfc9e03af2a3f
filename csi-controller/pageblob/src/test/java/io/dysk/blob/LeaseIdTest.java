package io.dysk.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LeaseIdTest {
    private static final UUID DNS = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    private static final UUID URL = UUID.fromString("6ba7b811-9dad-11d1-80b4-00c04fd430c8");

    @ParameterizedTest
    @ValueSource(strings = {"", "1-2-3-4-5", "01234567-89ab-cdef-0123-456789abcdeg", "{01234567-89ab-cdef-0123-456789abcdef}"})
    void onlyAWholeUuidIsALeaseId(String text) {
        assertThatThrownBy(() -> LeaseId.parse(text)).isInstanceOf(BlobException.InvalidArgument.class).hasMessageContaining("01234567-89ab");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\0b"})
    void emptyOrAmbiguousNamesAreRefused(String name) {
        assertThatThrownBy(() -> LeaseId.ofWriter(name, "node")).isInstanceOf(BlobException.InvalidArgument.class);
        assertThatThrownBy(() -> LeaseId.ofWriter("volume", name)).isInstanceOf(BlobException.InvalidArgument.class);
        assertThatThrownBy(() -> LeaseId.ofReaders(name)).isInstanceOf(BlobException.InvalidArgument.class);
    }

    @Test
    void upperCaseIsSentAsLowerCase() {
        assertThat(LeaseId.parse("01234567-89AB-CDEF-0123-456789ABCDEF")).hasToString("01234567-89ab-cdef-0123-456789abcdef");
    }

    // The first is of RFC 9562, appendix A.4; the others of another implementation.
    @Test
    void nameBasedUuidsAreThoseOfTheStandard() {
        assertThat(NameBasedUuid.of(DNS, "www.example.com")).hasToString("2ed6657d-e927-568b-95e1-2665a8aea6a2");
        assertThat(NameBasedUuid.of(URL, "http://python.org/")).hasToString("4c565f0d-3f5a-5890-b41b-20cf47701c5e");
        assertThat(NameBasedUuid.of(DNS, "")).hasToString("4ebd0208-8328-5d69-8c44-ec50939c0967");
    }

    /** These must never change: a new release must ask for the leases that the one before it holds. */
    @Test
    void idsStayTheSameForEver() {
        assertThat(LeaseId.ofWriter("volume-1", "node-a")).hasToString("2d95c0f2-a23b-59cc-b41d-b41ff6ee6ab6");
        assertThat(LeaseId.ofReaders("volume-1")).hasToString("dd31568c-677b-5417-808b-51f6a58c3652");
    }

    @Test
    void volumeAndNodeDoNotRunIntoEachOther() {
        assertThat(LeaseId.ofWriter("ab", "c")).isNotEqualTo(LeaseId.ofWriter("a", "bc"));
    }
}
