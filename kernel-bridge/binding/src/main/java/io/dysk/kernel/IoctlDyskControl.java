package io.dysk.kernel;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;

/**
 * {@link DyskControl} through ioctls on /dev/dysk. The device is opened for each call: that costs microseconds, and an
 * open descriptor would keep the module from being unloaded.
 */
final class IoctlDyskControl implements DyskControl {

    /** Entries asked for at once by {@link #list}; about 280 KiB. */
    private static final int LIST_BATCH = 64;

    private final Supplier<LibC> libc;

    IoctlDyskControl(Supplier<LibC> libc) {
        this.libc = libc;
    }

    @Override
    public ModuleVersion version() {
        ByteBuffer memory = VersionStruct.request();
        int fd = open();
        try {
            return readVersion(fd, memory);
        } finally {
            libc.get().close(fd);
        }
    }

    @Override
    public Attachment attach(AttachRequest request) {
        ByteBuffer secret = request.credential().toNativeMemory();
        try {
            ByteBuffer memory = AttachStruct.request(request, libc.get().address(secret), secret.capacity());
            int result = call(DyskAbi.IOC_ATTACH, memory);
            if (result < 0) {
                throw AttachStruct.failure(memory, new Errno(-result), request.blob());
            }
            return AttachStruct.read(memory);
        } finally {
            Credential.erase(secret);
        }
    }

    @Override
    public void detach(int index, long attachId, boolean force) {
        ByteBuffer memory = DetachStruct.request(index, attachId, force);
        int result = call(DyskAbi.IOC_DETACH, memory);
        if (result < 0) {
            throw DetachStruct.failure(memory, new Errno(-result), index);
        }
    }

    @Override
    public DeviceInfo get(int index) {
        ByteBuffer memory = InfoStruct.request(index);
        int result = call(DyskAbi.IOC_GET, memory);
        if (result < 0) {
            throw InfoStruct.failure(new Errno(-result), index);
        }
        return InfoStruct.read(memory, 0);
    }

    @Override
    public List<DeviceInfo> list() {
        ByteBuffer entries = InfoStruct.LAYOUT.allocate(LIST_BATCH);
        List<DeviceInfo> devices = new ArrayList<>();
        long first = 0;
        do {
            ByteBuffer memory = ListStruct.request(first, LIST_BATCH, libc.get().address(entries));
            int result = call(DyskAbi.IOC_LIST, memory);
            Reference.reachabilityFence(entries);
            if (result < 0) {
                throw ListStruct.failure(new Errno(-result));
            }
            int count = Math.min(ListStruct.COUNT.get(memory, 0), LIST_BATCH);
            for (int i = 0; i < count; i++) {
                devices.add(InfoStruct.read(entries, i * InfoStruct.LAYOUT.size()));
            }
            long next = ListStruct.NEXT.getUnsigned(memory, 0);
            if (next != 0 && next <= first) {
                throw new IllegalStateException("the module's list goes backwards: " + first + " to " + next);
            }
            first = next;
        } while (first != 0);
        return List.copyOf(devices);
    }

    @Override
    public void update(int index, long attachId, DeviceUpdate update) {
        ByteBuffer secret = update.credential().map(Credential::toNativeMemory).orElse(null);
        try {
            long address = secret == null ? 0 : libc.get().address(secret);
            int length = secret == null ? 0 : secret.capacity();
            ByteBuffer memory = UpdateStruct.request(index, attachId, update, address, length);
            int result = call(DyskAbi.IOC_UPDATE, memory);
            if (result < 0) {
                throw UpdateStruct.failure(memory, new Errno(-result), index);
            }
        } finally {
            if (secret != null) {
                Credential.erase(secret);
            }
        }
    }

    @Override
    public long resize(int index, long attachId) {
        ByteBuffer memory = ResizeStruct.request(index, attachId);
        int result = call(DyskAbi.IOC_RESIZE, memory);
        if (result < 0) {
            throw ResizeStruct.failure(memory, new Errno(-result), index);
        }
        return ResizeStruct.CAPACITY_BYTES.get(memory, 0);
    }

    @Override
    public DeviceStats stats(int index, long attachId) {
        ByteBuffer memory = StatsStruct.request(index, attachId);
        int result = call(DyskAbi.IOC_STATS, memory);
        if (result < 0) {
            throw StatsStruct.failure(new Errno(-result), index);
        }
        return StatsStruct.read(memory);
    }

    private int call(long request, ByteBuffer memory) {
        return withDevice(fd -> libc.get().ioctl(fd, request, memory));
    }

    /** Opens the device, makes sure that it speaks our ABI, calls, closes. */
    private int withDevice(IntUnaryOperator action) {
        ByteBuffer version = VersionStruct.request();
        int fd = open();
        try {
            ModuleVersion loaded = readVersion(fd, version);
            if (loaded.abiMajor() != DyskAbi.MAJOR || loaded.abiMinor() < DyskAbi.MINOR) {
                throw ModuleException.wrongAbi(loaded);
            }
            return action.applyAsInt(fd);
        } finally {
            libc.get().close(fd);
        }
    }

    private int open() {
        int fd = libc.get().open(DEVICE, LibC.O_RDWR);
        if (fd < 0) {
            throw ModuleException.cannotOpen(new Errno(-fd));
        }
        return fd;
    }

    private ModuleVersion readVersion(int fd, ByteBuffer memory) {
        int result = libc.get().ioctl(fd, DyskAbi.IOC_VERSION, memory);
        if (result < 0) {
            Errno errno = new Errno(-result);
            throw errno.equals(Errno.EPERM) || errno.equals(Errno.EACCES)
                    ? ModuleException.cannotOpen(errno)
                    : ModuleException.wrongDevice(errno);
        }
        return VersionStruct.read(memory);
    }
}
