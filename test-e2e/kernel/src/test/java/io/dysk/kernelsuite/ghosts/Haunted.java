package io.dysk.kernelsuite.ghosts;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blob.LeaseHolder;
import io.dysk.blob.LeaseId;
import io.dysk.blobserver.blob.AppliedWrite;
import io.dysk.kernelsuite.AttachSpec;
import io.dysk.kernelsuite.Device;
import io.dysk.kernelsuite.Endpoint;
import io.dysk.kernelsuite.Figures;
import io.dysk.kernelsuite.Node;
import io.dysk.kernelsuite.PageBlob;
import io.dysk.kernelsuite.Reason;
import io.dysk.kernelsuite.State;
import io.dysk.kernelsuite.Values;
import io.dysk.kernelsuite.witness.Findings;
import io.dysk.kernelsuite.witness.Ledger;
import io.dysk.kernelsuite.witness.Load;
import io.dysk.kernelsuite.witness.Witness;
import io.dysk.kernelsuite.witness.WitnessRun;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * A blob that is attached again and again, here and there, in orderly ways and others, while requests for it go to {@link Limbo} and come
 * back from there. Used by one thread.
 */
final class Haunted {
    private static final double TAKES = 0.05;
    private static final double RETURNS = 0.05;

    /** Where it can be attached. Another Host header is for the module another blob, so that one machine can play two nodes. */
    record Place(Node node, Witness witness, String host) {}

    private final List<Place> places;
    private final Limbo limbo;
    private final Ledger ledger;
    private final SplittableRandom random;
    private final Figures figures;
    private PageBlob blob;
    private Place place;
    private Device device;

    Haunted(PageBlob blob, List<Place> places, Limbo limbo, Ledger ledger, SplittableRandom random, Figures figures) {
        this.blob = blob;
        this.places = List.copyOf(places);
        this.limbo = limbo;
        this.ledger = ledger;
        this.random = random;
        this.figures = figures;
        this.place = places.getFirst();
        limbo.watch(blob.endpoint().server());
    }

    /** One attachment under load for that time; nothing goes wrong with it, whatever comes back. */
    void stay(Duration time) {
        limbo.open(random.split(), TAKES, RETURNS);
        device = attach();
        place.witness().start(device, ledger, Load.of(time)).await().addTo(figures).assertClean();
        assertThat(device.state()).isEqualTo(State.LIVE);
        limbo.shut();
    }

    /** One attachment after the other until that much time is over, each way to change at least once. */
    void wander(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        device = attach();
        for (int round = 0; round < 3 || System.nanoTime() < end; round++) {
            limbo.open(random.split(), TAKES, random.nextBoolean() ? RETURNS : 0);
            WitnessRun run = place.witness().start(device, ledger, Load.untilStopped());
            run.awaitAcknowledged(ledger.heard().acknowledged() + random.nextInt(20, 120));
            switch (round < 3 ? round : random.nextInt(3)) {
                case 0 -> detachAndAttach(run);
                case 1 -> tearOffAndAttach(run);
                default -> attachElsewhere(run);
            }
            ledger.handOver();
            if (random.nextBoolean()) {
                limbo.returnAll();
            }
            figures.add("attachments", 1);
        }
        limbo.shut();
    }

    /** A load of which some requests are held, and none comes back before its end. */
    void stayWithoutReturns(int changes) {
        limbo.open(random.split(), TAKES, 0);
        device = attach();
        place.witness().start(device, ledger, Load.untilStopped().withChanges(changes)).await().assertClean();
        limbo.shut();
    }

    /** All that is held comes back when the fence is down: the sequence number is what it was when each was sent. */
    Findings endWithoutFence() {
        List<AppliedWrite> raises = blob.changes(AppliedWrite.Kind.SEQUENCE);
        Impostor impostor = new Impostor(blob);
        limbo.returnAll(held -> raises.stream().filter(raise -> raise.number() <= held.after())
                .mapToLong(AppliedWrite::sequence).max().ifPresent(impostor::sequence));
        return ledger.verify(blob::read);
    }

    /** Nothing is under way any more: all that is held comes back, nothing of it lands, and all is as it was acknowledged. */
    void end() {
        limbo.returnAll();
        Limbo.Count count = limbo.count();
        figures.add("requests held", count.taken()).add("came back", count.returned()).add("came back in time", count.early())
                .add("landed", count.landed());
        assertThat(limbo.ghosts()).as("ghosts").isEmpty();
        assertThat(count.returned()).as("requests that came back").isPositive();
        place.witness().verify(device, ledger).addTo(figures).assertClean();
        ledger.verify(blob::read).addTo(figures).assertNothingWrong();
        assertThat(device.state()).isEqualTo(State.LIVE);
    }

    // ---- from one attachment to the next ----------------------------------------------------------------------------

    private void detachAndAttach(WitnessRun run) {
        run.stop().addTo(figures).assertClean();
        device.detach();
        move();
        device = attach();
        figures.add("orderly", 1);
    }

    /** Those who write are told that it failed, and what is under way at the service has nobody who waits for it. */
    private void tearOffAndAttach(WitnessRun run) {
        device.forceDetach();
        run.stop().addTo(figures).assertNothingWrong();
        move();
        device = attach();
        figures.add("torn off", 1);
    }

    /** The earlier device is still there, and writes until it hears that it has lost the blob. */
    private void attachElsewhere(WitnessRun run) {
        Device earlier = device;
        boolean another = random.nextBoolean();
        if (another) {
            leaseAnew();
        }
        place = places.get((places.indexOf(place) + 1 + random.nextInt(places.size() - 1)) % places.size());
        device = attach();
        earlier.await(State.DEAD);
        run.stop().addTo(figures).assertNothingWrong();
        Values info = earlier.get();
        assertThat(info.reason()).isEqualTo(another ? Reason.LEASED : Reason.FENCED);
        earlier.forceDetach();
        figures.add("fenced", 1);
    }

    private void move() {
        if (random.nextBoolean()) {
            leaseAnew();
        }
        place = places.get(random.nextInt(places.size()));
    }

    private void leaseAnew() {
        LeaseId lease = new LeaseId(UUID.randomUUID());
        blob.endpoint().store().breakLease(blob.address(), Optional.empty());
        blob.endpoint().store().acquireLease(blob.address(), new LeaseHolder("next", lease));
        blob = new PageBlob(blob.endpoint(), blob.name(), lease.toString());
    }

    private Device attach() {
        AttachSpec spec = blob.attach().withRequestLimit(Duration.ofMillis(800)).with("conns", 8);
        return place.node().attach(place.host() == null ? spec : spec.with("host", place.host()));
    }

    /** Another name for the endpoint, on the same machine. */
    static Place elsewhere(Node node, Witness witness, Endpoint endpoint) {
        return new Place(node, witness, "elsewhere.example:" + endpoint.port());
    }
}
