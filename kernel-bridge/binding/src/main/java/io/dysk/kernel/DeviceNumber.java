package io.dysk.kernel;

/** A block device's number, as the kernel has it. */
public record DeviceNumber(int major, int minor) {

    /** From {@code st_rdev}, as stat(2) gives it on Linux. */
    static DeviceNumber ofRdev(long rdev) {
        return new DeviceNumber(
                (int) ((rdev >>> 8 & 0xfff) | (rdev >>> 32 & ~0xfffL)), (int) ((rdev & 0xff) | (rdev >>> 12 & ~0xffL)));
    }

    /** {@code major:minor}. */
    @Override
    public String toString() {
        return major + ":" + minor;
    }
}
