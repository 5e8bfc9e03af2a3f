package io.dysk.node.fake;

import io.dysk.node.system.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/** A block device in memory, whose machine can fail at any of its changes. */
public final class FakeDisk implements Disk {
    public final byte[] bytes;
    /** Reads of this range fail. */
    public long unreadableFrom = Long.MAX_VALUE;
    /** So many changes are made; the machine fails at the next one. */
    public OptionalInt changesLeft = OptionalInt.empty();
    public final List<String> changes = new ArrayList<>();

    public FakeDisk(long size) {
        this.bytes = new byte[(int) size];
    }

    public void put(int offset, byte... data) {
        System.arraycopy(data, 0, bytes, offset, data.length);
    }

    @Override
    public long sizeBytes() {
        return bytes.length;
    }

    @Override
    public ByteBuffer read(long offset, int length) throws IOException {
        if (offset + length > unreadableFrom) {
            throw new IOException("Input/output error");
        }
        return ByteBuffer.wrap(bytes.clone(), (int) offset, length).slice();
    }

    @Override
    public void write(long offset, ByteBuffer data) throws IOException {
        change("write " + offset + " " + data.remaining());
        data.get(bytes, (int) offset, data.remaining());
    }

    @Override
    public void flush() {
        changes.add("flush");
    }

    @Override
    public void zero(long offset, long length) throws IOException {
        change("zero " + offset + " " + length);
        Arrays.fill(bytes, (int) offset, (int) (offset + length), (byte) 0);
    }

    private void change(String what) throws IOException {
        if (changesLeft.isPresent()) {
            if (changesLeft.getAsInt() == 0) {
                throw new IOException("the machine is off");
            }
            changesLeft = OptionalInt.of(changesLeft.getAsInt() - 1);
        }
        changes.add(what);
    }

    @Override
    public void close() {}
}
