package io.dysk.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** Machines come as parameters, and a kernel that complains fails the test. */
@Tag("kernel")
class KernelTestKernelTest {

    @Test
    void aComplaintFailsTheTestThatProvokedIt() {
        Map<String, String> outcomes = outcomes(OwnMachines.class);

        assertThat(outcomes.get("complains")).contains("the guest's kernel complained").contains("BUG: made-up");
        assertThat(outcomes).containsEntry("allowsIt", "").containsEntry("hasTwo", "").hasSize(3);
    }

    @Test
    void theMachineOfAClassIsSharedByItsTests() {
        Map<String, String> outcomes = outcomes(SharedMachine.class);

        assertThat(outcomes.get("first")).isEmpty();
        assertThat(outcomes.get("second")).contains("the guest's kernel complained").contains("WARNING: made-up");
    }

    @KernelTest
    static class OwnMachines {

        @Test
        void complains(@Machine(dysk = false) VirtualMachine vm) {
            vm.output("echo 'BUG: made-up' > /dev/kmsg");
        }

        @Test
        void allowsIt(@Machine(dysk = false) VirtualMachine vm) {
            vm.allowInKernelLog("made-up");
            vm.output("echo 'BUG: made-up' > /dev/kmsg");
        }

        @Test
        void hasTwo(@Machine(dysk = false, cpus = 1, with = AnArgument.class) VirtualMachine a,
                @Machine(dysk = false, kernel = "6.12") VirtualMachine b) {
            assertThat(a.output("nproc")).isEqualTo("1");
            assertThat(a.output("cat /proc/cmdline")).contains("of=our-own");
            assertThat(b.output("nproc")).isEqualTo("2");
            assertThat(b.kernelRelease()).startsWith("6.12.").isNotEqualTo(a.kernelRelease());
        }
    }

    static final class AnArgument implements UnaryOperator<VmSpec> {

        @Override
        public VmSpec apply(VmSpec spec) {
            return spec.withKernelArgument("of=our-own");
        }
    }

    @KernelTest
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class SharedMachine {

        private final VirtualMachine vm;

        SharedMachine(@Machine(dysk = false) VirtualMachine vm) {
            this.vm = vm;
        }

        @Test
        @Order(1)
        void first() {
            vm.output("echo here > /root/first");
        }

        @Test
        @Order(2)
        void second() {
            assertThat(vm.output("cat /root/first; echo 'WARNING: made-up' > /dev/kmsg")).isEqualTo("here");
        }
    }

    /** Runs the tests of a class; gives for each the message it failed with, empty when it passed. */
    private static Map<String, String> outcomes(Class<?> tests) {
        return EngineTestKit.engine("junit-jupiter").selectors(selectClass(tests)).execute().testEvents().finished()
                .stream().collect(Collectors.toMap(KernelTestKernelTest::name, KernelTestKernelTest::failure));
    }

    private static String name(Event event) {
        return event.getTestDescriptor().getDisplayName().replaceAll("\\(.*", "");
    }

    private static String failure(Event event) {
        return event.getRequiredPayload(TestExecutionResult.class).getThrowable().map(Throwable::getMessage).orElse("");
    }
}
