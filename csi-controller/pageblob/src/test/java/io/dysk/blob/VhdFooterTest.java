package io.dysk.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VhdFooterTest {
    private static final UUID ID = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    // Packed by another program from the field table of the specification.
    private static final String FIELDS_OF_32_MIB = "636f6e65637469780000000200010000ffffffffffffffff3294444077696e20000100005769326b"
            + "0000000002000000000000000200000003c3041100000002ffffe8300123456789abcdef0123456789abcdef0000000000000000";

    @ParameterizedTest
    @ValueSource(longs = {0, -512, 511, 513})
    void onlyWholeSectorsHaveAFooter(long bytes) {
        assertThatThrownBy(() -> new VhdFooter(bytes, ID, NOON)).isInstanceOf(BlobException.InvalidArgument.class);
    }

    @Test
    void anyChangedByteMakesItNoFooter() {
        byte[] good = new VhdFooter(32 << 20, ID, NOON).toBytes();
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= 0x10;
            assertThat(VhdFooter.parse(bad)).as("byte %d", i).isEmpty();
        }
    }

    @Test
    void otherBytesAreNoFooter() {
        assertThat(VhdFooter.parse(new byte[512])).isEmpty();
        assertThat(VhdFooter.parse(new byte[0])).isEmpty();
        assertThat(VhdFooter.parse(Arrays.copyOf(new VhdFooter(512, ID, NOON).toBytes(), 511))).isEmpty();
    }

    @Test
    void bytesAreThoseOfTheSpecification() {
        byte[] expected = Arrays.copyOf(HexFormat.of().parseHex(FIELDS_OF_32_MIB), 512);
        assertThat(new VhdFooter(32 << 20, ID, NOON).toBytes()).isEqualTo(expected);
    }

    @Test
    void whatIsWrittenIsRead() {
        VhdFooter largest = new VhdFooter((8L << 40) - (1 << 20), ID, NOON);
        assertThat(VhdFooter.parse(largest.toBytes())).contains(largest);
    }

    // Also by another program; at 504 MiB the cylinders of 16 x 31 run out, at 31.5 GiB those of 16 x 63.
    @ParameterizedTest
    @CsvSource({"1,30,4,17", "2,60,4,17", "8,240,4,17", "35,843,5,17", "64,963,8,17", "100,1003,12,17", "504,1024,16,63",
        "505,1026,16,63", "1024,2080,16,63", "8192,16644,16,63", "32768,16448,16,255", "129000,64752,16,255",
        "1048576,65535,16,255", "8388607,65535,16,255"})
    void geometryFollowsTheRule(long mib, int cylinders, int heads, int sectorsPerTrack) {
        assertThat(DiskGeometry.ofSectors(mib * 2048)).isEqualTo(new DiskGeometry(cylinders, heads, sectorsPerTrack));
    }
}
