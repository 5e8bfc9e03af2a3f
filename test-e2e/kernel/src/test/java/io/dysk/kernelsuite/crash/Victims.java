package io.dysk.kernelsuite.crash;

import io.dysk.vm.VirtualMachine;
import io.dysk.vm.VmSpec;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Machines to be killed, one after the other; the next one boots while the last one's death is looked into. */
final class Victims implements AutoCloseable {
    private static final int MEMORY_MIB = 512;

    private final int count;
    private int booted;
    private CompletableFuture<VirtualMachine> next;

    /** @param count how many will be taken */
    Victims(int count) {
        this.count = count;
    }

    /** Begins to boot the next one, if there is to be one. */
    void bootNext() {
        if (next == null && booted < count) {
            VmSpec spec = VmSpec.of("CrashTest.victim." + ++booted).withMemoryMiB(MEMORY_MIB).withDysk();
            next = CompletableFuture.supplyAsync(() -> VirtualMachine.boot(spec), task -> Thread.ofVirtual().start(task));
        }
    }

    /** Waits for the one that boots. The caller closes it. */
    VirtualMachine take() {
        bootNext();
        try {
            return next.join();
        } finally {
            next = null;
        }
    }

    @Override
    public void close() {
        if (next != null) {
            try {
                next.join().close();
            } catch (CompletionException e) {
                // It did not boot, and nobody wants it any more.
            }
        }
    }
}
