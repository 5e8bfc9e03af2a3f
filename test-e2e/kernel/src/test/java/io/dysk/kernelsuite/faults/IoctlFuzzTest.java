package io.dysk.kernelsuite.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.kernelsuite.Device;
import io.dysk.kernelsuite.OnOneNode;
import io.dysk.kernelsuite.PageBlob;
import io.dysk.kernelsuite.State;
import io.dysk.vm.Command;
import io.dysk.vm.CommandResult;
import io.dysk.vm.KernelTest;
import io.dysk.vm.VirtualMachine;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls with any arguments at all end with an error, not with a crash, and only those who may make calls make them. */
@KernelTest
class IoctlFuzzTest extends OnOneNode {
    private static final int MIB = 1 << 20;

    IoctlFuzzTest(VirtualMachine vm) {
        super(vm);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 20261121})
    void afterArbitraryCallsTheModuleWorksAsBefore(int seed) {
        PageBlob blob = endpoint.create("fuzz-" + seed, 4 * MIB);

        assertThat(vm.output(Command.of("dysktool fuzz 5000 " + seed).within(Duration.ofSeconds(120)))).isEqualTo("done=5000");

        Device device = node.attach(blob.attach());
        vm.output("dd if=/dev/urandom of=/root/data bs=64k count=8 && dd if=/root/data of=" + device.path() + " bs=64k oflag=direct");
        assertThat(blob.read(0, 512 << 10)).isEqualTo(vm.get("/root/data"));
        device.detach();
        vm.output("rmmod dysk && modprobe dysk");
    }

    /** With these seeds no call is a forced detach of the device, which would be all right. */
    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void aDeviceInUseIsNoWorseForIt(int seed) {
        PageBlob blob = endpoint.create("fuzz-live-" + seed, 4 * MIB);
        Device device = node.attach(blob.attach());
        vm.output("dd if=/dev/urandom of=/root/data bs=64k count=8");

        // It stays open, so that none of the calls can be an orderly detach.
        vm.output(Command.of("exec 9> " + device.path() + "; dysktool fuzz 5000 " + seed
                + "; dd if=/root/data bs=64k oflag=direct >&9").within(Duration.ofSeconds(120)));

        assertThat(device.state()).isEqualTo(State.LIVE);
        assertThat(blob.read(0, 512 << 10)).isEqualTo(vm.get("/root/data"));
    }

    @Test
    void onlyTheAdministratorMayCall() {
        CommandResult user = vm.run("setpriv --reuid=65534 --regid=65534 --clear-groups dysktool version");
        assertThat(user.exit()).isEqualTo(1);
        assertThat(user.stdout()).contains("errno=EACCES");

        CommandResult root = vm.run("setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin dysktool version");
        assertThat(root.exit()).isEqualTo(1);
        assertThat(root.stdout()).contains("errno=EPERM");

        CommandResult list = vm.run("setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin dysktool list");
        assertThat(list.stdout()).contains("errno=EPERM");
        assertThat(vm.output("setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin dysktool fuzz 2000 6")).isEqualTo("done=2000");
    }
}
