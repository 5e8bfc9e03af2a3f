package io.dysk.vm;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test class whose tests need virtual machines. A test gets one for each parameter of type {@link VirtualMachine},
 * named like the test and, when it has several, numbered from 0:
 *
 * <pre>{@code
 * @KernelTest
 * class DetachTest {
 *     @Test
 *     void detachOfAnIdleDeviceReturnsAtOnce(VirtualMachine vm) { ... }
 *
 *     @Test
 *     void secondNodeIsRefused(VirtualMachine nodeA, @Machine(memoryMiB = 256) VirtualMachine nodeB) { ... }
 * }
 * }</pre>
 *
 * <p>A machine as parameter of the constructor is shared by the tests of the class, when those share one instance
 * ({@code @TestInstance(PER_CLASS)}). The machines boot before the test, at the same time when there are several, and
 * end after it. The test fails when a kernel complained ({@link KernelLog}), unless it allowed for it.
 *
 * <p>All run on the kernel of {@link VmSpec#defaultKernel()}, have our module and its udev rules when it has been
 * built, and the tag "kernel".
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Tag("kernel")
@ExtendWith(VirtualMachines.class)
public @interface KernelTest {
}
