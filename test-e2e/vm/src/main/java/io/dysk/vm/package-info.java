/**
 * Virtual machines with Debian kernels, for tests of the kernel module.
 *
 * <p>{@link io.dysk.vm.VirtualMachine} boots a machine and runs commands in it; {@link io.dysk.vm.KernelTest} hands
 * machines to JUnit tests. {@code test-e2e/setup} must have prepared the host.
 */
package io.dysk.vm;
