package io.dysk.node.fake;

import io.dysk.kernel.DeviceNumber;
import io.dysk.kernel.Errno;
import io.dysk.kernel.MountEntry;
import io.dysk.kernel.MountOptions;
import io.dysk.kernel.MountTable;
import io.dysk.kernel.SystemCallException;
import io.dysk.node.system.MountPoints;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** A mount table that calls change, and fail to change when told. */
public final class FakeMounts implements MountPoints {
    public final List<String> calls = new ArrayList<>();
    /** Thrown by each mount, bind and unmount, if there is one. */
    public SystemCallException failure;
    /** Unmounts wait for it, if there is one. */
    public CountDownLatch unmountBlocks;

    private final List<MountEntry> entries = new ArrayList<>();

    /** A mount of something else. */
    public void other(Path target) {
        entries.add(entry(new DeviceNumber(8, 1), "/", target, MountOptions.NONE, "ext4", "/dev/sda1"));
    }

    public void add(MountEntry entry) {
        entries.add(entry);
    }

    /** As after an error: the file system at {@code target} is read-only, its mounts don't say so. */
    public void makeFileSystemReadOnly(Path target) {
        entries.replaceAll(e -> e.mountPoint().equals(target)
                ? new MountEntry(e.id(), 1, e.device(), e.root(), e.mountPoint(), e.options(), e.type(), e.source(), MountOptions.READ_ONLY) : e);
    }

    @Override
    public synchronized MountTable table() {
        return new MountTable(entries);
    }

    @Override
    public synchronized void mount(Path device, Path target, String type, MountOptions options) {
        calls.add("mount " + device + " " + target + " " + type + " " + options.flags() + " " + options.data());
        fail();
        int index = Integer.parseInt(device.toString().substring("/dev/dysk".length()));
        DeviceNumber number = type.equals("btrfs") ? new DeviceNumber(0, 40 + index) : new DeviceNumber(259, index);
        entries.add(entry(number, "/", target, new MountOptions(options.flags(), List.of()), type, device.toString()));
    }

    @Override
    public synchronized void bind(Path source, Path target, MountOptions options) {
        calls.add("bind " + source + " " + target + (options.readOnly() ? " read-only" : ""));
        fail();
        Optional<MountEntry> of = table().at(source);
        entries.add(of.isPresent() ? entry(of.get().device(), "/", target, options, of.get().type(), of.get().source())
                : entry(new DeviceNumber(0, 5), "/" + source.getFileName(), target, options, "devtmpfs", "udev"));
    }

    @Override
    public void unmount(Path target) {
        synchronized (this) {
            calls.add("unmount " + target);
        }
        if (unmountBlocks != null) {
            try {
                unmountBlocks.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        fail();
        remove(target);
    }

    @Override
    public synchronized void unmountLazily(Path target) {
        calls.add("unmount lazily " + target);
        remove(target);
    }

    private synchronized void remove(Path target) {
        entries.remove(table().at(target).orElseThrow(() -> new SystemCallException("unmount", target, Errno.EINVAL)));
    }

    private void fail() {
        if (failure != null) {
            throw failure;
        }
    }

    private MountEntry entry(DeviceNumber number, String root, Path target, MountOptions options, String type, String source) {
        return new MountEntry(entries.size() + 30, 1, number, root, target, options, type, source, MountOptions.NONE);
    }
}
