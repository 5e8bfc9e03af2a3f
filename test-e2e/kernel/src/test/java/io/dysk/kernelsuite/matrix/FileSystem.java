package io.dysk.kernelsuite.matrix;

import io.dysk.kernelsuite.Device;
import io.dysk.vm.Command;
import java.time.Duration;

/** A file system on a device, at {@link #MOUNT}. */
public enum FileSystem {
    EXT4("mkfs.ext4 -q -E lazy_itable_init=0,lazy_journal_init=0", "e2fsck -fn"),
    XFS("mkfs.xfs -q", "xfs_repair -n");

    public static final String MOUNT = "/mnt";
    private static final Duration DEADLINE = Duration.ofSeconds(180);

    private final String make;
    private final String check;

    FileSystem(String make, String check) {
        this.make = make;
        this.check = check;
    }

    public void make(Device device) {
        run(device, make + " " + device.path());
    }

    public void mount(Device device) {
        run(device, "mount " + device.path() + " " + MOUNT);
    }

    public void unmount(Device device) {
        run(device, "umount " + MOUNT);
    }

    /** Changes nothing; must find nothing. */
    public void check(Device device) {
        run(device, check + " " + device.path());
    }

    private static void run(Device device, String line) {
        device.node().vm().output(Command.of(line).within(DEADLINE));
    }
}
