package io.dysk.controller.volume;

import io.dysk.blob.LeaseHolder;
import io.dysk.blob.LeaseId;
import io.dysk.blob.PageBlobProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** To which nodes a volume is published, as its blob says. */
final class PublishedNodes {
    private PublishedNodes() {}

    /** Ids of the nodes: of its readers, and of the writer who wrote itself down and whose lease nobody took. */
    static List<String> of(Found found) {
        PageBlobProperties blob = found.blob();
        if (!blob.lease().locksWrites()) {
            return List.of();
        }
        List<String> nodes = new ArrayList<>(found.notes().readers());
        Optional<LeaseHolder> writer = blob.recordedHolder().filter(holder ->
                holder.lease().equals(LeaseId.ofWriter(found.id().leaseName(), holder.name())));
        writer.map(LeaseHolder::name).ifPresent(nodes::add);
        return nodes;
    }
}
