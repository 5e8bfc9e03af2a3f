package io.dysk.csisuite;

import io.dysk.vm.VirtualMachine;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that share one storage account, one controller, and one machine with the node plugin: starting them takes longer than most
 * tests. Volumes stay until the last; each test names its own.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class OnOneNode {
    protected final VirtualMachine vm;
    protected Cluster cluster;
    protected Node node;

    protected OnOneNode(VirtualMachine vm) {
        this.vm = vm;
    }

    @BeforeAll
    final void start(@TempDir Path folder) {
        cluster = Cluster.start(folder);
        node = Node.on(vm, "node-1", cluster.storage());
    }

    @AfterEach
    final void clearFaults() {
        cluster.storage().server().faults().clear();
    }

    @AfterAll
    final void stop() {
        if (node != null) {
            node.close();
        }
        cluster.close();
    }
}
