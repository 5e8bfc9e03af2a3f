package io.dysk.vm;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What machine to boot. {@link #of(String)} has what most tests want; the other methods give a changed copy.
 *
 * @param name names its logs, {@code target/vm/<name>}; machines that run at the same time need different ones
 * @param kernel a kernel that setup fetched: "6.1", "6.12"
 * @param memoryMiB its memory; the file systems that take writes live in it too
 * @param cpus its processors; 1 with {@link Acceleration#ICOUNT}
 * @param acceleration how they are made
 * @param payload what to put into its file system: absolute path in the guest to file or directory of the host. Kernel
 *     modules under {@code /lib/modules/extra} are found by modprobe.
 * @param kernelArguments more of them for the kernel's command line
 * @param card its network card, if any. The network is user-mode: the host's 127.0.0.1 is 10.0.2.2 and fec0::2, without DHCP
 * @param disks more disks
 * @param forwardedPorts TCP ports of the guest that the host reaches: {@link VirtualMachine#forwardedPort} says where. They need the network
 * @param bootDeadline how long until the agent answers, on the host's clock
 */
public record VmSpec(String name, String kernel, int memoryMiB, int cpus, Acceleration acceleration,
        Map<String, Path> payload, List<String> kernelArguments, NetworkCard card, List<Disk> disks,
        List<Integer> forwardedPorts, Duration bootDeadline) {

    /** Four seconds on an idle host; one with many machines at once may take twenty times that. */
    private static final Duration BOOT_DEADLINE = Duration.ofSeconds(240);

    public VmSpec {
        Objects.requireNonNull(acceleration, "acceleration");
        Objects.requireNonNull(card, "card");
        Objects.requireNonNull(bootDeadline, "bootDeadline");
        payload = Map.copyOf(payload);
        kernelArguments = List.copyOf(kernelArguments);
        disks = List.copyOf(disks);
        forwardedPorts = List.copyOf(forwardedPorts);
        if (!name.matches("[A-Za-z0-9._-]{1,120}")) {
            throw new IllegalArgumentException("not the name of a machine: \"" + name + "\"");
        }
        if (cpus < 1 || (acceleration == Acceleration.ICOUNT && cpus != 1)) {
            throw new IllegalArgumentException(acceleration + " can't have " + cpus + " processors");
        }
        if (card == NetworkCard.NONE && !forwardedPorts.isEmpty()) {
            throw new IllegalArgumentException("ports " + forwardedPorts + " can't be reached without a network");
        }
        for (int port : forwardedPorts) {
            if (port < 1 || port > 65535) {
                throw new IllegalArgumentException("not a TCP port: " + port);
            }
        }
        for (String path : payload.keySet()) {
            if (!path.startsWith("/") || path.contains("..")) {
                throw new IllegalArgumentException("not an absolute path in the guest: \"" + path + "\"");
            }
        }
    }

    /** A machine with two processors, 1 GiB, the network and the kernel to test on ({@link #defaultKernel()}). */
    public static VmSpec of(String name) {
        return new VmSpec(name, defaultKernel(), 1024, 2, Acceleration.AUTO, Map.of(), List.of(), NetworkCard.VIRTIO,
                List.of(), List.of(), BOOT_DEADLINE);
    }

    /** The kernel to test on: system property or environment variable DYSK_KERNEL, else 6.1. */
    public static String defaultKernel() {
        return System.getProperty("DYSK_KERNEL", System.getenv().getOrDefault("DYSK_KERNEL", "6.1"));
    }

    public VmSpec withName(String other) {
        return new VmSpec(other, kernel, memoryMiB, cpus, acceleration, payload, kernelArguments, card, disks,
                forwardedPorts, bootDeadline);
    }

    public VmSpec withKernel(String other) {
        return new VmSpec(name, other, memoryMiB, cpus, acceleration, payload, kernelArguments, card, disks,
                forwardedPorts, bootDeadline);
    }

    public VmSpec withMemoryMiB(int mebibytes) {
        return new VmSpec(name, kernel, mebibytes, cpus, acceleration, payload, kernelArguments, card, disks,
                forwardedPorts, bootDeadline);
    }

    public VmSpec withCpus(int count) {
        return new VmSpec(name, kernel, memoryMiB, count, acceleration, payload, kernelArguments, card, disks,
                forwardedPorts, bootDeadline);
    }

    /** Virtual time comes with one processor. */
    public VmSpec withAcceleration(Acceleration other) {
        return new VmSpec(name, kernel, memoryMiB, other == Acceleration.ICOUNT ? 1 : cpus, other, payload,
                kernelArguments, card, disks, forwardedPorts, bootDeadline);
    }

    /** Puts a file or directory of the host at a path in the guest. */
    public VmSpec withFile(String guestPath, Path hostPath) {
        Map<String, Path> more = new LinkedHashMap<>(payload);
        more.put(guestPath, hostPath);
        return new VmSpec(name, kernel, memoryMiB, cpus, acceleration, more, kernelArguments, card, disks,
                forwardedPorts, bootDeadline);
    }

    /**
     * Brings our kernel module, built for this machine's kernel ({@code test-e2e/vm/build-module}), for modprobe, with
     * its udev rules. Choose the kernel first.
     */
    public VmSpec withDysk() {
        VmSpec spec = withFile("/lib/modules/extra/dysk.ko", Workspace.module(kernel).resolve("dysk.ko"));
        Path rules = Workspace.root().resolve("kernel-bridge/module/udev/60-dysk.rules");
        return rules.toFile().exists() ? spec.withFile("/etc/udev/rules.d/60-dysk.rules", rules) : spec;
    }

    public VmSpec withKernelArgument(String argument) {
        return new VmSpec(name, kernel, memoryMiB, cpus, acceleration, payload, plus(kernelArguments, argument),
                card, disks, forwardedPorts, bootDeadline);
    }

    public VmSpec withoutNetwork() {
        return withCard(NetworkCard.NONE);
    }

    public VmSpec withCard(NetworkCard other) {
        return new VmSpec(name, kernel, memoryMiB, cpus, acceleration, payload, kernelArguments, other, disks,
                forwardedPorts, bootDeadline);
    }

    public VmSpec withDisk(Disk disk) {
        return new VmSpec(name, kernel, memoryMiB, cpus, acceleration, payload, kernelArguments, card,
                plus(disks, disk), forwardedPorts, bootDeadline);
    }

    /** Lets the host reach a TCP port of the guest, on the guest's address (not on its loopback). */
    public VmSpec withForwardedPort(int guestPort) {
        return new VmSpec(name, kernel, memoryMiB, cpus, acceleration, payload, kernelArguments, card, disks,
                plus(forwardedPorts, guestPort), bootDeadline);
    }

    public VmSpec withBootDeadline(Duration limit) {
        return new VmSpec(name, kernel, memoryMiB, cpus, acceleration, payload, kernelArguments, card, disks,
                forwardedPorts, limit);
    }

    private static <T> List<T> plus(List<T> list, T element) {
        List<T> longer = new ArrayList<>(list);
        longer.add(element);
        return longer;
    }
}
