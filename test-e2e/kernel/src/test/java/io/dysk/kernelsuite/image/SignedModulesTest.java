package io.dysk.kernelsuite.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.vm.KernelTest;
import io.dysk.vm.Machine;
import io.dysk.vm.VirtualMachine;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A kernel that takes only signed modules, as with Secure Boot. */
@KernelTest
@Tag("images")
@Tag("long")
class SignedModulesTest {
    @Test
    void itSaysThatASignatureIsMissing(
            @Machine(dysk = false, memoryMiB = 2048, kernelArguments = "module.sig_enforce=1", with = BuiltImage.class) VirtualMachine vm) {
        // The kernel's own words about the refusal.
        vm.allowInKernelLog("Loading of .*module.* is rejected|module verification failed");
        Container container = Container.on(vm);
        container.prebuilt("new.ko");

        assertThat(container.output("", "status")).contains("signatures: needed");
        assertThat(container.failure("", "load")).contains("takes only modules signed by a key that it knows").contains("is not signed")
                .contains("mokutil --import");
        container.prebuilt("signed.ko");
        assertThat(container.failure("", "load")).contains("is signed by").contains("mokutil --import");
    }
}
