package io.dysk.kernelsuite.ghosts;


import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.BlobServerConfig;
import io.dysk.kernelsuite.Effort;
import io.dysk.kernelsuite.Endpoint;
import io.dysk.kernelsuite.Figures;
import io.dysk.kernelsuite.OnOneNode;
import io.dysk.kernelsuite.PageBlob;
import io.dysk.kernelsuite.ghosts.Haunted.Place;
import io.dysk.kernelsuite.witness.Findings;
import io.dysk.kernelsuite.witness.Ledgers;
import io.dysk.kernelsuite.witness.Witness;
import io.dysk.kernelsuite.witness.WitnessPlan;
import io.dysk.vm.KernelTest;
import io.dysk.vm.VirtualMachine;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Many requests at random that are given up and turn up later: writes, clears and raises of the epoch, some for a second time. None
 * overwrites what was written since, and none brings a device to its end.
 */
@KernelTest
@Tag("ghosts")
class GhostsTest extends OnOneNode {
    private static final long BYTES = 8 << 20;
    private static final Limbo LIMBO = new Limbo();
    private static final Ledgers LEDGERS = new Ledgers();

    private final Effort effort = Effort.asked(Duration.ofSeconds(6));
    private final Witness witness;

    GhostsTest(VirtualMachine vm) {
        super(vm, Endpoint.start(BlobServerConfig.defaults().withFaults(LIMBO).withWatcher((change, bytes) -> {
            LIMBO.applied(change, bytes);
            LEDGERS.applied(change, bytes);
        })));
        witness = Witness.on(vm);
    }

    @Test
    void noneLandsWhileTheDeviceGoesOn() {
        Figures figures = figures("ghosts-retries");
        Haunted haunted = haunted("retries", figures);

        haunted.stay(effort.time());

        haunted.end();
        figures.report();
    }

    @Test
    void noneLandsAfterTheBlobWasAttachedAgainHereOrElsewhere() {
        Figures figures = figures("ghosts-attachments");
        Haunted haunted = haunted("attachments", figures);

        haunted.wander(effort.time());

        haunted.end();
        figures.report();
    }

    // ---- can these tests fail? --------------------------------------------------------------------------------------

    /** The same with the fence taken away at the end: ghosts land, and each of those who look for them says so. */
    @Test
    void withoutTheFenceTheyWouldLandAndBeSeen() {
        PageBlob blob = endpoint.create("no-fence", BYTES / 4);
        Haunted haunted = haunted(blob, BYTES / 4, new Figures("ghosts-control"));
        haunted.stayWithoutReturns(300);

        Findings findings = haunted.endWithoutFence();

        assertThat(LIMBO.ghosts()).isNotEmpty();
        assertThat(findings.ghosts()).as(findings.toString()).isPositive();
        assertThat(findings.lost()).as(findings.toString()).isPositive();
    }

    private Figures figures(String name) {
        return new Figures(name).set("seed", Long.toString(effort.seed()));
    }

    private Haunted haunted(String name, Figures figures) {
        return haunted(endpoint.create(name, BYTES), BYTES, figures);
    }

    private Haunted haunted(PageBlob blob, long bytes, Figures figures) {
        List<Place> places = List.of(new Place(node, witness, null), Haunted.elsewhere(node, witness, endpoint));
        return new Haunted(blob, places, LIMBO, LEDGERS.open(blob, WitnessPlan.of(effort.seed(), bytes).withClears(25)),
                effort.random(blob.name()), figures);
    }
}
