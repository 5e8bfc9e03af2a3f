package io.dysk.kernelsuite.ghosts;

import io.dysk.blobserver.BlobServerConfig;
import io.dysk.kernelsuite.Effort;
import io.dysk.kernelsuite.Endpoint;
import io.dysk.kernelsuite.Figures;
import io.dysk.kernelsuite.Node;
import io.dysk.kernelsuite.PageBlob;
import io.dysk.kernelsuite.ghosts.Haunted.Place;
import io.dysk.kernelsuite.witness.Ledgers;
import io.dysk.kernelsuite.witness.Witness;
import io.dysk.kernelsuite.witness.WitnessPlan;
import io.dysk.vm.KernelTest;
import io.dysk.vm.VirtualMachine;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same as {@link GhostsTest}, with a blob that goes to and fro between two machines. */
@KernelTest
@Tag("ghosts")
@Tag("long")
class GhostsOnTwoNodesTest {
    private static final long BYTES = 8 << 20;

    @Test
    void noneLandsAfterTheBlobWasAttachedOnTheOtherNode(VirtualMachine first, VirtualMachine second) {
        Effort effort = Effort.asked(Duration.ofSeconds(20));
        Figures figures = new Figures("ghosts-nodes").set("seed", Long.toString(effort.seed()));
        Limbo limbo = new Limbo();
        Ledgers ledgers = new Ledgers();
        try (Endpoint endpoint = Endpoint.start(BlobServerConfig.defaults().withFaults(limbo).withWatcher((change, bytes) -> {
            limbo.applied(change, bytes);
            ledgers.applied(change, bytes);
        }))) {
            PageBlob blob = endpoint.create("nodes", BYTES);
            List<Place> places = List.of(place(first), place(second));
            Haunted haunted = new Haunted(blob, places, limbo, ledgers.open(blob, WitnessPlan.of(effort.seed(), BYTES).withClears(25)),
                    effort.random("nodes"), figures);

            haunted.wander(effort.time());

            haunted.end();
            figures.report();
        }
    }

    private static Place place(VirtualMachine vm) {
        return new Place(Node.on(vm), Witness.on(vm), null);
    }
}
