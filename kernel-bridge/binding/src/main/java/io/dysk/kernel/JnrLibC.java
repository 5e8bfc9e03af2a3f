package io.dysk.kernel;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.Variadic;
import jnr.ffi.types.off_t;

/** {@link LibC} through JNR-FFI; the only class that knows of it. */
final class JnrLibC implements LibC {

    private final Native libc;
    private final Runtime runtime;

    private JnrLibC() {
        libc = LibraryLoader.create(Native.class).load("c");
        runtime = Runtime.getRuntime(libc);
    }

    /** The C library of this process, loaded when first asked for. */
    static LibC get() {
        return Holder.INSTANCE;
    }

    @Override
    public int open(String path, int flags) {
        int result = libc.open(path, flags | O_CLOEXEC, 0);
        return result >= 0 ? result : -runtime.getLastError();
    }

    @Override
    public int close(int fd) {
        int result = libc.close(fd);
        return result >= 0 ? result : -runtime.getLastError();
    }

    @Override
    public int ioctl(int fd, long request, ByteBuffer argument) {
        int result = libc.ioctl(fd, request, Pointer.newIntPointer(runtime, address(argument)));
        int outcome = result >= 0 ? result : -runtime.getLastError();
        Reference.reachabilityFence(argument);
        return outcome;
    }

    @Override
    public int ioctl(int fd, long request) {
        int result = libc.ioctl(fd, request, null);
        return result >= 0 ? result : -runtime.getLastError();
    }

    @Override
    public int mount(String source, String target, String type, long flags, String data) {
        int result = libc.mount(source, target, type, flags, data);
        return result >= 0 ? result : -runtime.getLastError();
    }

    @Override
    public int umount2(String target, int flags) {
        int result = libc.umount2(target, flags);
        return result >= 0 ? result : -runtime.getLastError();
    }

    @Override
    public int statfs(String path, ByteBuffer answer) {
        int result = libc.statfs(path, Pointer.newIntPointer(runtime, address(answer)));
        int outcome = result >= 0 ? result : -runtime.getLastError();
        Reference.reachabilityFence(answer);
        return outcome;
    }

    @Override
    public long lseek(int fd, long offset, int whence) {
        long result = libc.lseek(fd, offset, whence);
        return result >= 0 ? result : -runtime.getLastError();
    }

    @Override
    public long address(ByteBuffer direct) {
        if (!direct.isDirect()) {
            throw new IllegalArgumentException("the kernel can only be given a direct buffer");
        }
        return Pointer.wrap(runtime, direct.duplicate().clear()).address();
    }

    private static final class Holder {
        static final LibC INSTANCE = new JnrLibC();
    }

    /** Bound by name and argument types; errno is read by the caller in the very next call. */
    public interface Native {
        @Variadic(fixedCount = 2)
        int open(String path, int flags, int mode);

        int close(int fd);

        @Variadic(fixedCount = 2)
        int ioctl(int fd, long request, Pointer argument);

        int mount(String source, String target, String type, long flags, String data);

        int umount2(String target, int flags);

        int statfs(String path, Pointer answer);

        @off_t
        long lseek(int fd, @off_t long offset, int whence);
    }
}
