package io.dysk.kernelsuite.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.kernelsuite.Device;
import io.dysk.kernelsuite.Endpoint;
import io.dysk.kernelsuite.Node;
import io.dysk.vm.Command;
import io.dysk.vm.CommandResult;
import io.dysk.vm.KernelTest;
import io.dysk.vm.Machine;
import io.dysk.vm.VirtualMachine;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What the init container does on a node, in its image and with its rights. */
@KernelTest
@Tag("images")
@Tag("long")
@TestInstance(Lifecycle.PER_CLASS)
class ModuleImageTest {
    /** It reads every module of the kernel. */
    private static final Duration DEPMOD_DEADLINE = Duration.ofMinutes(10);

    private final VirtualMachine vm;
    private final Container container;

    ModuleImageTest(@Machine(dysk = false, memoryMiB = 2048, with = BuiltImage.class) VirtualMachine vm) {
        this.vm = vm;
        this.container = Container.on(vm);
        // Ours taint the kernel, and it says so.
        vm.allowInKernelLog("module verification failed");
    }

    @AfterEach
    void unload() {
        vm.output("! [ -d /sys/module/dysk ] || rmmod dysk; rm -rf /node/prebuilt/* /node/kept/*; rm -f /lib/modules/$(uname -r)/build");
    }

    @Test
    void withoutHeadersItSaysWhichPackageHasThem() {
        String words = container.failure("", "load");

        assertThat(words).contains("no kernel headers").contains("apt-get install linux-headers-" + vm.kernelRelease());
        assertThat(loadedVersion()).isEqualTo("none");
    }

    @Test
    void anUnknownModeIsRefused() {
        assertThat(container.failure("DYSK_MODULE_MODE=always", "load")).contains("always").contains("auto, host, prebuilt, build or none");
    }

    @Test
    void withModeNoneNothingIsLoaded() {
        container.prebuilt("new.ko");

        assertThat(container.failure("DYSK_MODULE_MODE=none", "load")).contains("no dysk module is loaded").contains("modprobe dysk");
        assertThat(loadedVersion()).isEqualTo("none");
    }

    @Test
    void aModuleForAnotherKernelIsNotTaken() {
        container.prebuilt("other-kernel.ko");

        CommandResult result = container.run("DYSK_MODULE_MODE=prebuilt", "load");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.stderr()).contains("is for the kernel 6.12").contains("this is " + vm.kernelRelease());
        assertThat(loadedVersion()).isEqualTo("none");
    }

    @Test
    void aModuleOfAnotherAbiIsNotTaken() {
        container.prebuilt("other-abi.ko");

        CommandResult result = container.run("DYSK_MODULE_MODE=prebuilt", "load");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.stderr()).contains("has the ABI 2.0; this driver needs 1.");
        assertThat(loadedVersion()).isEqualTo("none");
    }

    @Test
    void aPrebuiltOneIsLoadedAndTheSecondRunHasNothingToDo() {
        container.prebuilt("new.ko");

        assertThat(container.output("", "load")).contains("is loaded, from /opt/csi-dysk/modules/" + vm.kernelRelease());
        assertThat(loadedVersion()).isEqualTo("0.1.0");
        assertThat(container.output("", "load")).contains("0.1.0 is loaded already");
        assertThat(container.output("DYSK_MODULE_MODE=none", "load")).contains("0.1.0 is loaded already");
        assertThat(container.output("", "status")).contains("loaded: 0.1.0").contains("0 devices attached");
    }

    @Test
    void theNodesOwnIsTakenFirst() {
        String own = "/lib/modules/" + vm.kernelRelease() + "/updates/dkms";
        vm.output(Command.of("mkdir -p " + own + " && cp /payload/new.ko " + own + "/dysk.ko && depmod " + vm.kernelRelease())
                .within(DEPMOD_DEADLINE));
        container.prebuilt("old.ko");

        String said = container.output("", "load");

        vm.output(Command.of("rm -rf " + own + " && depmod " + vm.kernelRelease()).within(DEPMOD_DEADLINE));
        assertThat(said).contains("updates/dkms/dysk.ko");
        assertThat(loadedVersion()).isEqualTo("0.1.0");
    }

    @Test
    void withHeadersItBuildsOnceAndKeepsWhatItBuilt() {
        container.installHeaders();

        assertThat(container.output("", "load")).contains("0.1.0 is loaded, from /var/lib/csi-dysk/module/");
        assertThat(loadedVersion()).isEqualTo("0.1.0");
        vm.output("rmmod dysk");
        CommandResult again = container.run("", "load");
        assertThat(again.succeeded()).as(again.toString()).isTrue();
        assertThat(again.stderr()).doesNotContain("building");
        assertThat(again.stdout()).contains("from /var/lib/csi-dysk/module/");
    }

    @Test
    void anotherVersionWaitsUntilNoDeviceIsAttached() {
        try (Endpoint endpoint = Endpoint.start()) {
            vm.output("insmod /payload/old.ko");
            container.prebuilt("new.ko");
            Node node = Node.on(vm);
            Device device = node.attach(endpoint.create("kept", 1 << 20).attach());

            assertThat(container.output("", "load")).contains("0.0.9 is loaded and stays, since 1 devices are attached");
            assertThat(container.failure("", "unload")).contains("1 devices are attached: drain the node first");
            vm.output("dd if=/dev/urandom of=" + device.path() + " bs=64k count=4 oflag=direct");
            assertThat(loadedVersion()).isEqualTo("0.0.9");

            node.detach(device.index());
            assertThat(container.output("DYSK_MODULE_UPGRADE=never", "load")).contains("0.0.9 is loaded and stays");
            assertThat(container.output("", "load")).contains("0.1.0 is loaded in place of 0.0.9");
            assertThat(loadedVersion()).isEqualTo("0.1.0");
            assertThat(container.output("", "unload")).contains("unloaded");
        }
    }

    @Test
    void aLoadedModuleOfAnotherAbiIsReplacedOrTheNodeMustBeDrained() {
        try (Endpoint endpoint = Endpoint.start()) {
            vm.output("insmod /payload/other-abi.ko");
            container.prebuilt("new.ko");
            Node node = Node.on(vm);
            Device device = node.attach(endpoint.create("foreign", 1 << 20).attach());

            assertThat(container.failure("", "load")).contains("has the ABI 2.0; this driver needs 1.").contains("kubectl drain");
            vm.output("dd if=" + device.path() + " of=/dev/null bs=64k count=4 iflag=direct");

            node.detach(device.index());
            assertThat(container.output("", "load")).contains("0.1.0 is loaded in place of");
        }
    }

    private String loadedVersion() {
        return vm.output("cat /sys/module/dysk/version 2> /dev/null || echo none").strip();
    }
}
