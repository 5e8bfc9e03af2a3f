package io.dysk.kernelsuite.image;

import io.dysk.vm.Command;
import io.dysk.vm.CommandResult;
import io.dysk.vm.VirtualMachine;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The image's root file system on a machine, run as a container of the DaemonSet would be: read-only, no capability but SYS_MODULE,
 * the node's folders below {@code /host}.
 */
final class Container {
    /** A compiler in an emulated machine, on a host that has other things to do. */
    private static final Duration BUILD_DEADLINE = Duration.ofMinutes(40);
    /** Thousands of small files in an emulated machine. */
    private static final Duration UNPACK_DEADLINE = Duration.ofMinutes(10);
    private static final String SCRIPT = """
            #!/bin/sh
            # container [NAME=VALUE]... COMMAND
            exec unshare --mount sh -ec '
            mount --bind /image /image
            mount -t proc proc /image/proc
            mount --rbind /sys /image/sys
            mount --bind /dev /image/dev
            mount -t tmpfs tmpfs /image/tmp
            mount --bind /lib/modules /image/host/lib/modules
            mount -o remount,bind,ro /image/host/lib/modules
            for folder in usr/src usr/lib; do
                mount --bind /node/$folder /image/host/$folder
                mount -o remount,bind,ro /image/host/$folder
            done
            mount --bind /node/kept /image/var/lib/csi-dysk/module
            mount --bind /node/prebuilt /image/opt/csi-dysk/modules
            mount -o remount,bind,ro /image
            exec setpriv --bounding-set -all,+sys_module,+sys_chroot --inh-caps -all chroot /image \\
                env -i PATH=/usr/sbin:/usr/bin LC_ALL=C "$@"' container "$@"
            """;

    private final VirtualMachine vm;

    private Container(VirtualMachine vm) {
        this.vm = vm;
    }

    /** Unpacks the image, and makes the folders of a node without kernel headers. */
    static Container on(VirtualMachine vm) {
        vm.put(SCRIPT.getBytes(StandardCharsets.US_ASCII), "/usr/bin/container", 0755);
        vm.output(Command.of("mkdir -p /image /node/usr/src /node/usr/lib /node/kept /node/prebuilt"
                + " && tar -C /image -xf /payload/root.tar && cp /usr/lib/os-release /node/usr/lib/").within(UNPACK_DEADLINE));
        return new Container(vm);
    }

    /** Gives the node the headers of its kernel, from now on. */
    void installHeaders() {
        vm.output(Command.of("tar -C /node -xf /payload/headers.tar"
                + " && ln -sfn /usr/src/linux-headers-$(uname -r) /lib/modules/$(uname -r)/build").within(UNPACK_DEADLINE));
    }

    /** Puts a module of the payload where prebuilt ones are. */
    void prebuilt(String name) {
        vm.output("mkdir -p /node/prebuilt/$(uname -r) && cp /payload/" + name + " /node/prebuilt/$(uname -r)/dysk.ko");
    }

    /** Runs csi-dysk-module. */
    CommandResult run(String environment, String command) {
        vm.output("rm -f /dev/termination-log; touch /dev/termination-log");
        return vm.run(Command.of("container " + environment + " /opt/csi-dysk/bin/csi-dysk-module " + command).within(BUILD_DEADLINE));
    }

    /** Runs it; must succeed. Its output. */
    String output(String environment, String command) {
        CommandResult result = run(environment, command);
        if (!result.succeeded()) {
            throw new AssertionError(command + " failed: " + result);
        }
        return result.stdout();
    }

    /** Runs it; must fail. Its last words, as "kubectl describe pod" shows them. */
    String failure(String environment, String command) {
        CommandResult result = run(environment, command);
        if (result.exit() != 1) {
            throw new AssertionError(command + " didn't fail as expected: " + result);
        }
        return vm.output("cat /dev/termination-log");
    }
}
