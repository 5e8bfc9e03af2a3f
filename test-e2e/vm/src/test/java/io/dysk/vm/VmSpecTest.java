package io.dysk.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class VmSpecTest {

    private final VmSpec spec = VmSpec.of("a");

    @Test
    void whatNoMachineCanBeIsRefused() {
        assertThatThrownBy(() -> spec.withName("../x")).hasMessageContaining("../x");
        assertThatThrownBy(() -> spec.withCpus(0)).hasMessageContaining("0 processors");
        assertThatThrownBy(() -> spec.withAcceleration(Acceleration.ICOUNT).withCpus(2)).hasMessageContaining("ICOUNT");
        assertThatThrownBy(() -> spec.withFile("relative", Path.of("x"))).hasMessageContaining("relative");
        assertThatThrownBy(() -> spec.withFile("/a/../b", Path.of("x"))).hasMessageContaining("/a/../b");
        assertThatThrownBy(() -> spec.withForwardedPort(70000)).hasMessageContaining("70000");
        assertThatThrownBy(() -> spec.withForwardedPort(80).withoutNetwork()).hasMessageContaining("80");
        assertThatThrownBy(() -> Disk.empty("root", 512)).hasMessageContaining("root");
        assertThatThrownBy(() -> Disk.empty("x", 513)).hasMessageContaining("513");
    }

    @Test
    void virtualTimeHasOneProcessor() {
        assertThat(spec.withAcceleration(Acceleration.ICOUNT).cpus()).isEqualTo(1);
        assertThat(spec.cpus()).isEqualTo(2);
    }

    @Test
    void anUnknownKernelSaysWhatToDo() {
        assertThatThrownBy(() -> VirtualMachine.boot(spec.withName("VmSpecTest").withKernel("2.4")))
                .isInstanceOf(VmException.class).hasMessageContaining("2.4").hasMessageContaining("test-e2e/setup");
    }
}
