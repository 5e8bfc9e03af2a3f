package io.dysk.vm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** QEMU's command line for a machine. */
final class Qemu {

    private static final int FIRST_SLOT = 2;
    private static final int FUNCTIONS = 8;
    private static final String GUEST_ADDRESS = "10.0.2.15";

    private final List<String> arguments = new ArrayList<>();
    private int devices;

    private Qemu() {
    }

    /**
     * The arguments, program first.
     *
     * @param payload the payload's disk, or null
     * @param sockets the directory for QEMU's sockets: {@code agent}, {@code console}, {@code control}
     * @param consoleLog what the guest's console says is appended to it
     */
    static List<String> command(VmSpec spec, GuestImage image, Path payload, Path sockets, Path consoleLog) {
        Qemu qemu = new Qemu();
        qemu.machine(spec, spec.acceleration().resolved());
        qemu.kernel(spec, image, payload != null);
        qemu.ports(sockets, consoleLog);
        qemu.disk("root", "file=" + escape(image.root()) + ",format=raw,readonly=on");
        qemu.disk("modules", "file=" + escape(image.layer()) + ",format=raw,readonly=on");
        if (payload != null) {
            qemu.disk("payload", "file=" + escape(payload) + ",format=raw,readonly=on");
        }
        for (Disk disk : spec.disks()) {
            Path file = disk.file() != null ? disk.file() : emptyFile(sockets.resolve(disk.name() + ".img"), disk);
            qemu.disk(disk.name(), "file=" + escape(file) + ",format=raw,cache=writeback,discard=unmap");
        }
        if (spec.card() != NetworkCard.NONE) {
            qemu.add("-netdev", "user,id=net" + forwards(spec));
            qemu.device(spec.card().device() + ",netdev=net,romfile=");
        }
        return List.copyOf(qemu.arguments);
    }

    /** Port 0: the host picks a free one, so machines never compete for it. */
    private static String forwards(VmSpec spec) {
        return spec.forwardedPorts().stream().map(port -> ",hostfwd=tcp:127.0.0.1:0-" + GUEST_ADDRESS + ":" + port)
                .collect(Collectors.joining());
    }

    private void machine(VmSpec spec, Acceleration acceleration) {
        add("qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none", "-machine", "q35,usb=off");
        // A kernel measures its clock by the PIT if there is one, and on a busy host may take it for a hundred times slower than it is: the
        // machine lives a hundred seconds in each. The HPET has no such short measure.
        switch (acceleration) {
            case KVM -> add("-accel", "kvm", "-cpu", "host");
            case TCG -> add("-accel", "tcg,thread=multi", "-cpu", "max,la57=off", "-machine", "pit=off");
            case TCG_SINGLE -> add("-accel", "tcg,thread=single", "-cpu", "max,la57=off", "-machine", "pit=off");
            case ICOUNT -> add("-accel", "tcg,thread=single", "-icount", "shift=1,sleep=off", "-cpu", "max,la57=off");
            case AUTO -> throw new IllegalStateException("not resolved");
        }
        add("-smp", Integer.toString(spec.cpus()), "-m", Integer.toString(spec.memoryMiB()));
        // A panic restarts the guest (panic=-1), and a restart nobody asked for ends the machine.
        add("-action", "reboot=shutdown,shutdown=poweroff");
    }

    private void kernel(VmSpec spec, GuestImage image, boolean payload) {
        // Without no_timer_check a kernel whose processor the host lets wait takes its timer for broken, and panics.
        List<String> line = new ArrayList<>(List.of("console=ttyS0", "loglevel=5", "panic=-1", "sysrq_always_enabled=1",
                "no_timer_check", "net.ifnames=0", "mitigations=off", "nokaslr", "random.trust_cpu=on", "cryptomgr.notests=1"));
        if (payload) {
            line.add("with_payload_disk");
        }
        if (KernelConfig.of(spec.kernel()).isSlow()) {
            // Processors that the host lets wait for half a minute are not stuck; what really is ends no test.
            line.addAll(List.of("workqueue.watchdog_thresh=240", "watchdog_thresh=60"));
        }
        line.addAll(spec.kernelArguments());
        add("-kernel", image.kernel().toString(), "-initrd", image.initramfs().toString());
        add("-append", String.join(" ", line));
    }

    private void ports(Path sockets, Path consoleLog) {
        add("-chardev", "socket,id=console,server=on,wait=off,path=" + escape(sockets.resolve("console"))
                + ",logappend=on,logfile=" + escape(consoleLog), "-serial", "chardev:console");
        add("-qmp", "unix:" + escape(sockets.resolve("control")) + ",server=on,wait=off");
        device("virtio-serial-pci");
        add("-chardev", "socket,id=agent,server=on,wait=off,path=" + escape(sockets.resolve("agent")));
        add("-device", "virtserialport,chardev=agent,nr=1,name=dysk.agent");
    }

    private void disk(String name, String drive) {
        add("-drive", "if=none,id=" + name + "," + drive);
        device("virtio-blk-pci,drive=" + name + ",serial=" + name);
    }

    /**
     * Adds a PCI device, eight to a slot: the guest sets up interrupts slot by slot, and under emulation each takes it a
     * tenth of a second.
     */
    private void device(String options) {
        int slot = FIRST_SLOT + devices / FUNCTIONS;
        int function = devices % FUNCTIONS;
        add("-device", options + ",addr=" + slot + "." + function + (function == 0 ? ",multifunction=on" : ""));
        devices++;
    }

    private void add(String... more) {
        arguments.addAll(List.of(more));
    }

    /** In QEMU's options a comma ends a value, unless doubled. */
    private static String escape(Path path) {
        return path.toString().replace(",", ",,");
    }

    private static Path emptyFile(Path file, Disk disk) {
        try (var channel = Files.newByteChannel(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.position(disk.bytes() - 1).write(ByteBuffer.allocate(1));
            return file;
        } catch (IOException e) {
            throw new VmException("cannot make the disk " + disk.name(), e);
        }
    }
}
