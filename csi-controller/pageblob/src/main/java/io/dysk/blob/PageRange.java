package io.dysk.blob;

/**
 * A run of pages.
 *
 * @param offsetBytes where it starts, whole sectors of 512 bytes
 * @param lengthBytes how long it is, whole sectors
 * @param cleared in a diff: whether these pages were cleared (now read as zeros); else they hold data
 */
public record PageRange(long offsetBytes, long lengthBytes, boolean cleared) {
    /** The first byte behind it. */
    public long endBytes() {
        return offsetBytes + lengthBytes;
    }
}
