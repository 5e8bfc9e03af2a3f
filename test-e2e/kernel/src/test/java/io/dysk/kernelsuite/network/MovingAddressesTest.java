package io.dysk.kernelsuite.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.kernelsuite.Effort;
import io.dysk.kernelsuite.Endpoint;
import io.dysk.kernelsuite.Relay;
import io.dysk.vm.KernelTest;
import io.dysk.vm.VirtualMachine;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An endpoint of several addresses, of which some refuse or swallow everything, and one that moves; under load. */
@KernelTest
@Tag("network")
class MovingAddressesTest extends OnALink {
    private static final Effort EFFORT = Effort.asked(Duration.ofSeconds(1));
    private static final int PORT = 10080;
    /** As long as it takes to find that an address does not answer, on a connection and then on a new one. */
    private static final Duration FOUND_DEAD = RECOVERY.plus(REQUEST).plus(CONNECT);

    private final Relay first = Relay.to(endpoint);
    private final Relay second = Relay.to(endpoint);

    MovingAddressesTest(VirtualMachine vm) {
        super(vm, "network-addresses");
    }

    @AfterEach
    void restore() {
        first.restore();
        second.restore();
    }

    /** The endpoint is elsewhere from now on; a person or a daemon finds out, and says so. */
    @Test
    void anUpdateBringsTheNewAddress() {
        Loaded loaded = load(first.port(), Endpoint.GUEST_ADDRESS);
        int before = second.connections();
        for (int round = 0; round < EFFORT.of(1, 10); round++) {
            Relay old = round % 2 == 0 ? first : second;
            Relay next = round % 2 == 0 ? second : first;
            next.restore();
            old.cut();

            loaded.device().update("addr=" + Endpoint.GUEST_ADDRESS + " port=" + next.port());

            recovers("the endpoint moved", loaded, RECOVERY);
        }
        assertThat(second.connections()).isGreaterThan(before);
        nothingIsWrong(loaded);
    }

    /** The same, and the old address swallows what is sent to it instead of saying that nobody is there. */
    @Test
    @Tag("long")
    void anUpdateBringsTheNewAddressWhenTheOldOneSwallows() {
        Loaded loaded = load(PORT, link.lead(1, first.port()));
        link.swallow(1);

        loaded.device().update("addr=" + link.lead(2, second.port()) + " port=" + PORT);

        recovers("the endpoint moved away from a black hole", loaded, RECOVERY);
        nothingIsWrong(loaded);
    }

    @Test
    void whenTheAddressInUseRefusesTheNextOneIsUsed() {
        Loaded loaded = load(PORT, link.lead(1, first.port()), link.lead(2, second.port()));
        for (int round = 0; round < EFFORT.of(2, 10); round++) {
            Relay used = round % 2 == 0 ? first : second;
            Relay other = round % 2 == 0 ? second : first;
            int before = other.connections();
            used.cut();

            recovers("one of two addresses refuses", loaded, RECOVERY);

            assertThat(other.connections()).isGreaterThan(before);
            used.restore();
        }
        nothingIsWrong(loaded);
    }

    @Test
    @Tag("long")
    void whenTheAddressInUseSwallowsTheNextOneIsUsed() {
        Loaded loaded = load(PORT, link.lead(1, first.port()), link.lead(2, second.port()));
        int before = second.connections();
        link.swallow(1);

        recovers("one of two addresses swallows", loaded, FOUND_DEAD);

        assertThat(second.connections()).isGreaterThan(before);
        nothingIsWrong(loaded);
    }

    /** Only the third of them works when the device is attached, and only the second later. */
    @Test
    @Tag("long")
    void oneThatWorksIsFoundAmongOthers() {
        first.cut();
        Loaded loaded = load(PORT, link.lead(1, first.port()), link.lead(2, first.port()), link.lead(3, second.port()));
        first.restore();
        link.lead(1, 1);
        second.cut();

        recovers("two of three addresses refuse", loaded, RECOVERY);

        nothingIsWrong(loaded);
    }
}
