package io.dysk.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Whether KVM is of use here. That /dev/kvm can be opened says little: where it is itself emulated, a guest needs
 * minutes for what takes a second. So a kernel has to come up in time; the answer is kept until the host boots again.
 */
final class KvmProbe {

    private static final Duration LIMIT = Duration.ofSeconds(4);
    private static final String BOOTED = "Run /init as init process";

    private KvmProbe() {
    }

    static synchronized boolean works() {
        if (!Files.isWritable(Path.of("/dev/kvm"))) {
            return false;
        }
        try {
            Path answer = Workspace.cache().resolve("kvm-works");
            String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
            if (Files.exists(answer)) {
                String[] known = Files.readString(answer).strip().split(" ");
                if (known.length == 2 && known[0].equals(boot)) {
                    return Boolean.parseBoolean(known[1]);
                }
            }
            boolean works = boots();
            Files.writeString(answer, boot + " " + works + "\n");
            return works;
        } catch (IOException e) {
            throw new VmException("cannot find out whether KVM works; DYSK_ACCEL=tcg does without", e);
        }
    }

    private static boolean boots() throws IOException {
        GuestImage image = GuestImage.of(VmSpec.defaultKernel());
        Path console = Files.createTempFile("dysk-kvm", ".log");
        Process qemu = new ProcessBuilder(List.of("qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display",
                "none", "-machine", "q35,usb=off", "-accel", "kvm", "-cpu", "host", "-m", "256", "-no-reboot", "-kernel",
                image.kernel().toString(), "-initrd", image.initramfs().toString(), "-append",
                "console=ttyS0 panic=-1", "-serial", "file:" + console))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try {
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (System.nanoTime() < deadline) {
                boolean ended = qemu.waitFor(Duration.ofMillis(50));
                if (Files.readString(console).contains(BOOTED)) {
                    return true;
                }
                if (ended) {
                    return false;
                }
            }
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VmException("interrupted", e);
        } finally {
            qemu.destroyForcibly();
            Files.delete(console);
        }
    }
}
