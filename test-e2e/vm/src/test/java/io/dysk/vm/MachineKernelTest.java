package io.dysk.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of a machine: boot, power, network, and what it leaves behind. */
@Tag("kernel")
class MachineKernelTest {
    /** SIOCETHTOOL with ETHTOOL_GSG. */
    private static final String GATHERS = """
            import array, fcntl, socket, struct
            value = array.array("B", struct.pack("II", 0x18, 0))
            fcntl.ioctl(socket.socket(), 0x8946, struct.pack("16sP16x", b"eth0", value.buffer_info()[0]))
            print(struct.unpack("II", value)[1])""";

    private static VmSpec spec(String name) {
        return VmSpec.of("MachineKernelTest." + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12"})
    void bootsEachKernelWithItsModulesAndThePayload(String kernel, @TempDir Path payload) throws IOException {
        Files.writeString(payload.resolve("hello"), "from the host");
        VmSpec spec = spec("boots-" + kernel).withKernel(kernel).withFile("/payload", payload);

        try (VirtualMachine vm = VirtualMachine.boot(spec)) {
            assertThat(vm.output("uname -r")).startsWith(kernel + ".").isEqualTo(vm.kernelRelease());
            assertThat(vm.output("cat /payload/hello")).isEqualTo("from the host");
            assertThat(vm.output("modprobe null_blk && modprobe tls && lsblk -n -o NAME /dev/nullb0")).isEqualTo("nullb0");
            assertThat(vm.output("touch /payload/new /etc/new && echo writable")).isEqualTo("writable");
            vm.checkKernelLog();
        }
        assertThat(spec("boots-" + kernel).name()).isEqualTo(spec.name());
        assertThat(Workspace.logs(spec.name()).resolve("dmesg.txt")).content().contains("Linux version " + kernel + ".");
    }

    @Test
    void aForwardedPortIsReachedFromTheHostAndNoOther() throws IOException {
        try (VirtualMachine vm = VirtualMachine.boot(spec("forward").withForwardedPort(9000))) {
            assertThatThrownBy(() -> vm.forwardedPort(9001)).hasMessageContaining("9001");
            RunningCommand server = vm.start("exec python3 -c 'import socket; s = socket.create_server((\"0.0.0.0\", 9000));"
                    + " print(\"listening\", flush=True); s.accept()[0].sendall(b\"from the guest\")'");
            server.awaitStdout("listening");

            try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), vm.forwardedPort(9000))) {
                socket.setSoTimeout(20_000);
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("from the guest");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"VIRTIO", "GATHERING"})
    void theHostsServicesAreReached(NetworkCard card) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/", exchange -> {
            byte[] answer = "from the host".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        try (VirtualMachine vm = VirtualMachine.boot(spec("network-" + card).withCard(card))) {
            int port = server.getAddress().getPort();
            assertThat(vm.output("curl -s --max-time 20 http://10.0.2.2:" + port + "/")).isEqualTo("from the host");
            assertThat(vm.output("ip -6 -o address show dev eth0 scope site; ip -6 -o address show dev eth0"))
                    .contains("fec0::15/64");
            assertThat(vm.output(Command.of("python3 -c '" + GATHERS + "'"))).isEqualTo(card == NetworkCard.GATHERING ? "1" : "0");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aComplaintOfTheKernelFailsTheCheckUnlessAllowed() {
        try (VirtualMachine vm = VirtualMachine.boot(spec("complaint"))) {
            vm.checkKernelLog();
            vm.output("echo 'WARNING: CPU: 0 PID: 1 at made-up.c:1' > /dev/kmsg");
            assertThatThrownBy(vm::checkKernelLog).isInstanceOf(AssertionError.class).hasMessageContaining("made-up.c:1");

            vm.allowInKernelLog("made-up\\.c");
            vm.checkKernelLog();
        }
    }

    @Test
    void aPanicEndsTheMachineAndIsReported() {
        try (VirtualMachine vm = VirtualMachine.boot(spec("panic"))) {
            RunningCommand other = vm.start("sleep 1000");

            assertThatThrownBy(() -> vm.run("echo c > /proc/sysrq-trigger"))
                    .isInstanceOf(VmException.MachineGone.class).hasMessageContaining("sysrq triggered crash");
            assertThatThrownBy(other::await).isInstanceOf(VmException.MachineGone.class);
            assertThat(vm.isRunning()).isFalse();
            assertThatThrownBy(vm::checkKernelLog).hasMessageContaining("Kernel panic");
        }
    }

    @Test
    void aMachineWhoseMemoryIsTooSmallToBootSaysSo() {
        assertThatThrownBy(() -> VirtualMachine.boot(spec("no-memory").withMemoryMiB(40)
                .withBootDeadline(Duration.ofSeconds(15))))
                .isInstanceOf(VmException.class).hasMessageContaining("MachineKernelTest.no-memory");
    }

    @Test
    void rebootForgetsWhatWasWrittenButNotItsDisks(@TempDir Path directory) throws IOException {
        Path file = Files.write(directory.resolve("disk"), new byte[1 << 20]);
        try (VirtualMachine vm = VirtualMachine.boot(spec("reboot").withDisk(Disk.of("kept", file)))) {
            vm.output("echo x > /root/x; echo kept > /dev/disk/by-id/virtio-kept");
            RunningCommand cutOff = vm.start("sleep 1000");

            Duration took = vm.reboot();

            assertThat(took).isGreaterThan(Duration.ofMillis(100));
            assertThatThrownBy(cutOff::await).isInstanceOf(VmException.MachineGone.class);
            assertThat(vm.output("ls /root; head -c 4 /dev/disk/by-id/virtio-kept")).isEqualTo("kept");
            vm.powerOff();
            assertThat(vm.isRunning()).isFalse();
        }
        assertThat(Files.readAllBytes(file)).startsWith("kept".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void killIsAPowerCut(@TempDir Path directory) throws IOException {
        Path file = Files.write(directory.resolve("disk"), new byte[1 << 20]);
        try (VirtualMachine vm = VirtualMachine.boot(spec("kill").withDisk(Disk.of("kept", file)))) {
            vm.output("printf cached > /dev/disk/by-id/virtio-kept;"
                    + " printf synced | dd of=/dev/disk/by-id/virtio-kept seek=8 oflag=direct,sync bs=4096 conv=sync");
            RunningCommand running = vm.start("sleep 1000");

            vm.kill();

            assertThatThrownBy(running::await).isInstanceOf(VmException.MachineGone.class);
            assertThatThrownBy(() -> vm.run("true")).isInstanceOf(VmException.MachineGone.class);
        }
        byte[] synced = new byte[6];
        System.arraycopy(Files.readAllBytes(file), 8 * 4096, synced, 0, 6);
        assertThat(new String(synced, StandardCharsets.UTF_8)).isEqualTo("synced");
    }

    @Test
    void aFrozenMachineAnswersOnceThawed() {
        try (VirtualMachine vm = VirtualMachine.boot(spec("frozen"))) {
            vm.freeze();
            RunningCommand command = vm.start("echo here");
            assertThat(command.isRunning()).isTrue();

            vm.thaw();

            assertThat(command.await().stdout()).isEqualTo("here\n");
        }
    }

    @Test
    void virtualTimeSkipsIdleTimeAndRepeats() {
        try (VirtualMachine vm = VirtualMachine.boot(spec("icount").withAcceleration(Acceleration.ICOUNT))) {
            long start = System.nanoTime();
            CommandResult slept = vm.run("sleep 600");

            assertThat(slept.duration()).isBetween(Duration.ofSeconds(600), Duration.ofSeconds(602));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
        }
    }

    @Test
    void twoMachinesRunAtTheSameTime() {
        try (VirtualMachine a = VirtualMachine.boot(spec("a").withMemoryMiB(512));
                VirtualMachine b = VirtualMachine.boot(spec("b").withMemoryMiB(512).withKernel("6.12"))) {
            assertThat(a.output("uname -r")).isNotEqualTo(b.output("uname -r"));
        }
    }
}
