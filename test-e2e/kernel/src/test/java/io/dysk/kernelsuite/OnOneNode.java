package io.dysk.kernelsuite;

import io.dysk.blobserver.http.Listener;
import io.dysk.vm.VirtualMachine;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * Tests that share one machine and one endpoint: booting takes longer than most of them. After each, the machine has no
 * devices and the endpoint no faults. Blobs stay until the last; each test names its own.
 */
@TestInstance(Lifecycle.PER_CLASS)
public abstract class OnOneNode {
    protected final VirtualMachine vm;
    protected final Node node;
    protected final Endpoint endpoint;

    protected OnOneNode(VirtualMachine vm) {
        this(vm, Endpoint.start());
    }

    protected OnOneNode(VirtualMachine vm, Endpoint endpoint) {
        this.vm = vm;
        this.node = Node.on(vm);
        this.endpoint = endpoint;
    }

    @AfterEach
    final void clear() throws IOException {
        endpoint.server().faults().clear();
        endpoint.server().held().discardAll();
        endpoint.server().clock().skew(0);
        endpoint.server().accepting(Listener.Accepting.ON);
        node.clear();
    }

    @AfterAll
    final void stop() {
        endpoint.close();
    }
}
