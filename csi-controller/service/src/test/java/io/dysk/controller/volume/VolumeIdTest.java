package io.dysk.controller.volume;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VolumeIdTest {
    private static final String SNAPSHOT = "2026-11-21T13:43:03.1234567Z";

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "alpha/volumes", "alpha//x", "Alpha/volumes/x", "alpha/Volumes/x", "http://h:1/alpha/volumes/x",
        "http://h:1//volumes/x", "ftp://h/alpha//volumes/x", "alpha/volumes/", "alpha/volumes/a//b", "alpha/volumes/x\u0000"})
    void is_none(String text) {
        assertThat(VolumeId.parse(text)).isEmpty();
    }

    @Test
    void longer_than_csi_allows_is_none() {
        assertThat(VolumeId.parse("alpha/volumes/" + "x".repeat(114))).isPresent();
        assertThat(VolumeId.parse("alpha/volumes/" + "x".repeat(115))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"alpha/volumes/x", "alpha/volumes/team/x", "http://h:1/alpha//volumes/x", "https://alpha.blob.example.org//volumes/team/x",
        "alpha/volumes/x@" + SNAPSHOT, "http://h:1/alpha//volumes/x@" + SNAPSHOT, "alpha/volumes/me@example.org", "alpha/volumes/@",
        "alpha/volumes/a@b@" + SNAPSHOT, "alpha/volumes/x@2026-13-21T13:43:03.1234567Z"})
    void is_read_and_written_alike(String text) {
        assertThat(VolumeId.parse(text)).map(VolumeId::toString).contains(text);
    }

    @Test
    void only_a_snapshots_time_behind_an_at_is_one() {
        VolumeId mail = VolumeId.parse("alpha/volumes/me@example.org").orElseThrow();
        assertThat(mail.snapshot()).isEmpty();
        assertThat(mail.address().blob().value()).isEqualTo("me@example.org");
        VolumeId both = VolumeId.parse("alpha/volumes/me@example.org@" + SNAPSHOT).orElseThrow();
        assertThat(both.snapshot()).hasValueSatisfying(id -> assertThat(id.value()).isEqualTo(SNAPSHOT));
        assertThat(both.withoutSnapshot()).isEqualTo(mail);
    }

    @Test
    void the_lease_is_the_same_however_the_endpoint_is_told() {
        assertThat(VolumeId.parse("http://h:1/alpha//volumes/x").orElseThrow().leaseName()).isEqualTo("alpha/volumes/x");
    }
}
