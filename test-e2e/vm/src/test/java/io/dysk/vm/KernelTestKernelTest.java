package io.dysk.vm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Machines come as parameters. */
@KernelTest
class KernelTestKernelTest {

    @Test
    void oneMachineForEachParameter(@Machine(memoryMiB = 512, cpus = 1) VirtualMachine a,
            @Machine(memoryMiB = 512, kernel = "6.12") VirtualMachine b) {
        assertThat(a).isNotSameAs(b);
        assertThat(a.output("nproc")).isEqualTo("1");
        assertThat(b.output("nproc")).isEqualTo("2");
        assertThat(b.kernelRelease()).startsWith("6.12.");
    }

    @Test
    void anAllowedComplaintPasses(VirtualMachine vm) {
        vm.allowInKernelLog("made-up");

        vm.output("echo 'BUG: made-up' > /dev/kmsg");
    }
}
