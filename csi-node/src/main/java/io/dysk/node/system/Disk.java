package io.dysk.node.system;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes of a block device. What is read comes from the device and not from the page cache; what is written is on the device after
 * {@link #flush}. Calls block for as long as the device takes. For one thread.
 */
public interface Disk extends Closeable {
    long sizeBytes() throws IOException;

    /** @throws IOException if not every byte could be read */
    ByteBuffer read(long offset, int bytes) throws IOException;

    void write(long offset, ByteBuffer data) throws IOException;

    /** What was written is on the device when it returns; before that, in no order. */
    void flush() throws IOException;

    /** Makes a range read as zeros, without sending zeros where the device has a way to do so. Whole sectors. */
    void zero(long offset, long bytes) throws IOException;
}
