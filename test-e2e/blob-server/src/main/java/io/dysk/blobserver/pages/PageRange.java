package io.dysk.blobserver.pages;

/**
 * A run of whole pages.
 *
 * @param start first byte, a multiple of the page size
 * @param end the byte after the last one, a multiple of the page size
 * @param cleared whether the pages were cleared (only differences between snapshots have such)
 */
public record PageRange(long start, long end, boolean cleared) {
    public long length() {
        return end - start;
    }
}
