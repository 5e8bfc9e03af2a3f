package io.dysk.controller.publish;

import io.dysk.controller.volume.VolumeId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * From which nodes Kubernetes took a volume away although that could not be carried out. Kubernetes then places the volume on another
 * node all the same; that is the sign, and the only one, on which a node is fenced.
 *
 * <p>In memory only: after a restart the sign is missing, and a volume that is held is refused until Kubernetes tries again to take it
 * away, which it does. For the same reason a sign ends: the state of a world that was left long ago must not fence anybody. Safe for use by many
 * threads.
 */
public final class GivenUpNodes {
    /** Stands for every node. */
    static final String ALL = "";

    /** Longer than the pauses between tries, which grow to 5 minutes. */
    private static final Duration LIFETIME = Duration.ofMinutes(15);
    private static final int MOST = 10_000;

    private record Placement(String lease, String node) {}

    private final InstantSource clock;
    private final Map<Placement, Instant> signs = new LinkedHashMap<>();

    public GivenUpNodes(InstantSource clock) {
        this.clock = clock;
    }

    /** @param node id of a node, or {@link #ALL} */
    synchronized void remember(VolumeId volume, String node) {
        Placement placement = new Placement(volume.leaseName(), node);
        signs.remove(placement); // to the end of the order
        signs.put(placement, clock.instant().plus(LIFETIME));
        if (signs.size() > MOST) {
            signs.remove(signs.keySet().iterator().next());
        }
    }

    /** The volume is there by right again, or not at all; {@link #ALL} for every node. */
    synchronized void forget(VolumeId volume, String node) {
        signs.keySet().removeIf(placement -> placement.lease.equals(volume.leaseName()) && (node.equals(ALL) || placement.node.equals(node)));
    }

    /** The nodes given up for a volume, maybe with {@link #ALL} among them. */
    synchronized List<String> of(VolumeId volume) {
        Instant now = clock.instant();
        signs.values().removeIf(end -> !end.isAfter(now));
        return signs.keySet().stream().filter(placement -> placement.lease.equals(volume.leaseName())).map(Placement::node).toList();
    }
}
