package io.dysk.kernelsuite.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.kernelsuite.Arguments;
import io.dysk.kernelsuite.Device;
import io.dysk.kernelsuite.Effort;
import io.dysk.kernelsuite.Figures;
import io.dysk.kernelsuite.OnOneNode;
import io.dysk.kernelsuite.PageBlob;
import io.dysk.kernelsuite.State;
import io.dysk.kernelsuite.Tools;
import io.dysk.kernelsuite.Values;
import io.dysk.vm.Command;
import io.dysk.vm.CommandResult;
import io.dysk.vm.KernelConfig;
import io.dysk.vm.KernelTest;
import io.dysk.vm.VirtualMachine;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls with any arguments at all end with an error, not with a crash, and only those who may make calls make them. */
@KernelTest
@Tag("hostile")
class IoctlFuzzTest extends OnOneNode {
    private static final int MIB = 1 << 20;
    private static final int TEMPLATES = 6;
    private static final int THREADS = 8;
    private static final Duration SLACK = Duration.ofSeconds(120);

    private final Effort effort = Effort.asked(Duration.ofSeconds(15));
    private final Figures figures = new Figures("hostile-ioctls").set("seed", Long.toString(effort.seed()));
    private final String templates;

    IoctlFuzzTest(VirtualMachine vm) {
        super(vm);
        vm.put(Tools.program("ioctlfuzz"), "/usr/bin/ioctlfuzz");
        templates = IntStream.range(0, TEMPLATES).mapToObj(this::template).collect(Collectors.joining(" "));
    }

    /** Something that can be attached, as a file of the guest. */
    private String template(int number) {
        PageBlob blob = endpoint.create("template-" + number, 4 * MIB);
        String file = "/run/template-" + number;
        vm.output(Command.of("dysktool template " + file + " " + Arguments.of(blob.attach()))
                .withStdin(blob.attach().credential().secret().getBytes(StandardCharsets.UTF_8)));
        return file;
    }

    @AfterAll
    void report() {
        figures.report();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void afterSpoiltCallsTheModuleWorksAsBefore(int part) {
        Values calls = fuzz("calls " + calls(1_500, 100_000) + " " + (effort.seed() + part) + " -1");

        // Else it spoilt so much that nothing was ever reached, or so little that nothing was refused.
        assertThat(calls.number("attach.OK")).as("attached").isPositive();
        assertThat(calls.number("attach.EINVAL")).as("refused").isPositive();
        assertThat(calls.number("list.EFAULT")).as("pointers that lead nowhere").isPositive();
        assertThat(calls.number("8.ENOTTY")).as("numbers that don't exist").isPositive();
        node.clear();
        works("after-calls-" + part);
        vm.output("rmmod dysk && modprobe dysk");
    }

    @Test
    void aDeviceInUseIsNoWorseForThem() {
        PageBlob blob = endpoint.create("in-use", 4 * MIB);
        Device device = node.attach(blob.attach());
        vm.output("dd if=/dev/urandom of=/root/data bs=64k count=8 status=none");

        // It stays open, so that none of the calls can be an orderly detach; by force would be all right.
        vm.output(Command.of("exec 9> " + device.path() + "; ioctlfuzz calls " + calls(600, 50_000) + " " + effort.seed() + " "
                + device.index() + " " + templates + " && dd if=/root/data bs=64k oflag=direct status=none >&9")
                .within(effort.time().plus(SLACK)));

        assertThat(device.state()).isEqualTo(State.LIVE);
        assertThat(blob.read(0, 512 << 10)).isEqualTo(vm.get("/root/data"));
    }

    /**
     * Threads attach, detach, change, list and measure the same devices while others write to them, discard, and open and
     * close them; a part of the arguments is changed and unmapped while the module reads and writes it.
     */
    @Test
    void callsAndInputAndOutputAtTheSameTimeLeaveTheModuleWorking() {
        long seconds = effort.time().toSeconds();

        Values calls = fuzz("race " + seconds + " " + effort.seed() + " " + THREADS);

        assertThat(calls.number("attach.OK")).as("attached").isPositive();
        assertThat(calls.number("detach.OK")).as("detached").isPositive();
        assertThat(calls.number("io")).as("reads and writes that succeeded").isPositive();
        node.clear();
        works("after-race");
        vm.output("rmmod dysk && modprobe dysk");
    }

    @Test
    void onlyTheAdministratorMayCall() {
        CommandResult user = vm.run("setpriv --reuid=65534 --regid=65534 --clear-groups ioctlfuzz open");
        assertThat(user.exit()).isZero();
        assertThat(user.stdout()).contains("open=EACCES");

        CommandResult root = vm.run("setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin dysktool version");
        assertThat(root.exit()).isEqualTo(1);
        assertThat(root.stdout()).contains("errno=EPERM");

        CommandResult list = vm.run("setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin dysktool list");
        assertThat(list.stdout()).contains("errno=EPERM");
    }

    /** Opened by root and handed over: who calls counts, not who opened. */
    @Test
    void aUserWithTheFileOpenIsRefusedWhateverHeSays() {
        Values calls = fuzz("refused " + calls(600, 50_000) + " " + effort.seed());

        assertThat(calls.number("attach.EPERM")).isPositive();
        assertThat(node.list()).isEmpty();
    }

    /** A kernel that checks everything would not end as many in the time that the test has. */
    private int calls(int shortly, int thoroughly) {
        return effort.of(shortly, KernelConfig.ofDefault().isSlow() ? thoroughly / 10 : thoroughly);
    }

    private Values fuzz(String what) {
        Values ended = Values.parse(vm.output(Command.of("ioctlfuzz " + what + " " + templates)
                .within(effort.time().plus(SLACK))));
        figures.add("calls", ended.number("calls")).add("input and output", ended.number("io"));
        return ended;
    }

    private void works(String name) {
        PageBlob blob = endpoint.create(name, 4 * MIB);
        Device device = node.attach(blob.attach());
        vm.output("dd if=/dev/urandom of=/root/data bs=64k count=8 status=none && dd if=/root/data of=" + device.path()
                + " bs=64k oflag=direct status=none");
        assertThat(blob.read(0, 512 << 10)).isEqualTo(vm.get("/root/data"));
        device.detach();
    }
}
