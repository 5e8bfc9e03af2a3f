package io.dysk.kernelsuite;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.vm.KernelTest;
import io.dysk.vm.VirtualMachine;
import org.junit.jupiter.api.Test;

/** A device holds what was written to it, and the blob is the device byte by byte. */
@KernelTest
class ReadWriteTest extends OnOneNode {
    private static final int MIB = 1 << 20;

    ReadWriteTest(VirtualMachine vm) {
        super(vm);
    }

    @Test
    void whatIsWrittenIsInTheBlob() {
        PageBlob blob = endpoint.create("written", 16 * MIB);
        Device device = node.attach(blob.attach());

        vm.output("dd if=/dev/urandom of=/root/data bs=1M count=8 && dd if=/root/data of=" + device.path() + " bs=1M seek=3 conv=fsync");

        assertThat(blob.read(3 * MIB, 8 * MIB)).isEqualTo(vm.get("/root/data"));
    }
}
