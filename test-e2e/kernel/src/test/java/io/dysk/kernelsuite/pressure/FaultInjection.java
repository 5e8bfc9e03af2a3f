package io.dysk.kernelsuite.pressure;

import io.dysk.vm.KernelConfig;
import io.dysk.vm.VirtualMachine;

/**
 * Allocations that fail, by chance or the next so many, where the code that asks for memory was called by one part of the kernel
 * (Documentation/fault-injection/fault-injection.rst). Only the debug kernel can.
 *
 * @param vm a machine with our module loaded
 */
record FaultInjection(VirtualMachine vm) implements AutoCloseable {
    private static final String[] KINDS = {"failslab", "fail_page_alloc", "fail_usercopy"};

    /** Why tests are left out, or null when the kernel to test on can do it. */
    static boolean possible() {
        KernelConfig kernel = KernelConfig.ofDefault();
        return kernel.has("FAILSLAB") && kernel.has("FAIL_PAGE_ALLOC") && kernel.has("FAULT_INJECTION_STACKTRACE_FILTER");
    }

    /** What our module asks for, or others do on its behalf. With 0 only those that a task counts down itself (fail-nth). */
    void inTheModule(int percent) {
        long bytes = Long.parseLong(vm.output("awk '$1 == \"dysk\" { print $2 }' /proc/modules"));
        between(address(vm.output("cat /sys/module/dysk/sections/.text").substring(2)), bytes, percent);
    }

    /** What the network asks for to take in packets, for any connection. */
    void inReceiving(int percent) {
        between(address(vm.output("awk '$3 == \"net_rx_action\" { print $1 }' /proc/kallsyms")), 4096, percent);
    }

    private static long address(String hex) {
        return Long.parseUnsignedLong(hex, 16);
    }

    private void between(long start, long bytes, int percent) {
        // The shell's own numbers are signed, and addresses are not.
        StringBuilder line = new StringBuilder("start=0x" + Long.toHexString(start) + " && end=0x" + Long.toHexString(start + bytes));
        for (String kind : KINDS) {
            int chance = kind.equals("fail_usercopy") ? 0 : percent;
            line.append(" && cd /sys/kernel/debug/").append(kind)
                    .append(" && echo $start > require-start && echo $end > require-end && echo 32 > stacktrace-depth")
                    .append(" && echo -1 > times && echo 1 > interval && echo 0 > verbose")
                    .append(" && for f in ignore-gfp-wait ignore-gfp-highmem; do [ ! -e $f ] || echo N > $f; done")
                    .append(" && { [ ! -e min-order ] || echo 0 > min-order; }")
                    .append(" && echo ").append(chance).append(" > probability");
        }
        vm.output(line.toString());
    }

    /** Nothing fails any more. */
    @Override
    public void close() {
        vm.output("for kind in " + String.join(" ", KINDS) + "; do echo 0 > /sys/kernel/debug/$kind/probability; done");
    }
}
