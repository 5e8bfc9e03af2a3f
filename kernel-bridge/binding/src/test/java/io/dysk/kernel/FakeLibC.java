package io.dysk.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** The C library as a test says: notes what is called, and answers as it is told. */
final class FakeLibC implements LibC {

    /** Every call, in order. */
    final List<String> calls = new ArrayList<>();

    /** What ioctls do, by request number; others are ENOTTY. */
    final Map<Long, ToIntFunction<ByteBuffer>> ioctls = new HashMap<>();

    /** What open returns, if not a descriptor. */
    int openResult;

    /** Results of mount, in order; then 0. */
    final List<Integer> mountResults = new ArrayList<>();

    /** Results of lseek, in order. */
    final List<Long> seekResults = new ArrayList<>();

    /** What statfs does. */
    ToIntFunction<ByteBuffer> statfs = answer -> -Errno.ENOENT.number();

    private final Map<Long, ByteBuffer> memory = new HashMap<>();
    private int descriptors = 2;
    private int open;

    /** Memory that the caller gave as an address. */
    ByteBuffer at(long address) {
        return memory.get(address);
    }

    int openDescriptors() {
        return open;
    }

    @Override
    public int open(String path, int flags) {
        calls.add("open " + path + " " + Integer.toOctalString(flags));
        if (openResult < 0) {
            return openResult;
        }
        open++;
        return ++descriptors;
    }

    @Override
    public int close(int fd) {
        open--;
        return 0;
    }

    @Override
    public int ioctl(int fd, long request, ByteBuffer argument) {
        calls.add("ioctl " + Long.toHexString(request));
        return ioctls.getOrDefault(request, m -> -Errno.ENOTTY.number())
                .applyAsInt(argument);
    }

    @Override
    public int ioctl(int fd, long request) {
        return ioctl(fd, request, null);
    }

    @Override
    public int mount(String source, String target, String type, long flags, String data) {
        calls.add("mount " + source + " " + target + " " + type + " " + flags + " " + data);
        return mountResults.isEmpty() ? 0 : mountResults.removeFirst();
    }

    @Override
    public int umount2(String target, int flags) {
        calls.add("umount2 " + target + " " + flags);
        return 0;
    }

    @Override
    public int statfs(String path, ByteBuffer answer) {
        calls.add("statfs " + path);
        return statfs.applyAsInt(answer);
    }

    @Override
    public long lseek(int fd, long offset, int whence) {
        calls.add("lseek " + offset + " " + whence);
        return seekResults.removeFirst();
    }

    @Override
    public long address(ByteBuffer direct) {
        if (!direct.isDirect()) {
            throw new IllegalArgumentException("not native memory");
        }
        long address = 4096L * (memory.size() + 1);
        memory.put(address, direct.duplicate().clear().order(ByteOrder.nativeOrder()));
        return address;
    }
}
