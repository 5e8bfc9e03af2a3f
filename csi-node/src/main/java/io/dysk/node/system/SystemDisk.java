package io.dysk.node.system;

import io.dysk.kernel.BlockDevice;
import io.dysk.kernel.KernelException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A block device of this machine. The page cache is emptied when it is opened (BLKFLSBUF): what it holds may be older than an error. */
public final class SystemDisk implements Disk {
    private final BlockDevice device;
    private final FileChannel channel;

    private SystemDisk(BlockDevice device, FileChannel channel) {
        this.device = device;
        this.channel = channel;
    }

    public static Disk open(Path path, boolean writable) throws IOException {
        try {
            BlockDevice device = BlockDevice.open(path, writable ? BlockDevice.Access.WRITE : BlockDevice.Access.READ);
            try {
                device.flush();
                return new SystemDisk(device, writable ? FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)
                        : FileChannel.open(path, StandardOpenOption.READ));
            } catch (IOException | KernelException e) {
                device.close();
                throw e;
            }
        } catch (KernelException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public long sizeBytes() throws IOException {
        try {
            return device.sizeBytes();
        } catch (KernelException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public ByteBuffer read(long offset, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                throw new EOFException("the device ends at byte " + (offset + buffer.position()));
            }
        }
        return buffer.flip();
    }

    @Override
    public void write(long offset, ByteBuffer data) throws IOException {
        long position = offset;
        while (data.hasRemaining()) {
            position += channel.write(data, position);
        }
    }

    @Override
    public void flush() throws IOException {
        channel.force(true);
    }

    @Override
    public void zero(long offset, long bytes) throws IOException {
        try {
            device.zeroOut(offset, bytes);
        } catch (KernelException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        try (device) {
            channel.close();
        }
    }
}
