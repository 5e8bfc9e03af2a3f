package io.dysk.blob;

/**
 * Cylinders, heads and sectors of a VHD, by the rule of its specification. Nobody reads by them any more, but readers check them.
 *
 * @param cylinders at most 65535
 * @param heads 4 to 16
 * @param sectorsPerTrack 17, 31, 63 or 255
 */
record DiskGeometry(int cylinders, int heads, int sectorsPerTrack) {
    private static final long MOST_SECTORS = 65535L * 16 * 255;

    /** The geometry of a disk of so many sectors; beyond about 127 GiB it is always the largest. */
    static DiskGeometry ofSectors(long count) {
        long sectors = Math.min(count, MOST_SECTORS);
        if (sectors >= 65535L * 16 * 63) {
            return of(sectors, 16, 255);
        }
        long perHead = sectors / 17;
        int heads = (int) Math.max(4, (perHead + 1023) / 1024);
        if (perHead < heads * 1024L && heads <= 16) {
            return of(sectors, heads, 17);
        }
        if (sectors / 31 < 16 * 1024L) {
            return of(sectors, 16, 31);
        }
        return of(sectors, 16, 63);
    }

    private static DiskGeometry of(long sectors, int heads, int sectorsPerTrack) {
        return new DiskGeometry((int) (sectors / sectorsPerTrack / heads), heads, sectorsPerTrack);
    }
}
