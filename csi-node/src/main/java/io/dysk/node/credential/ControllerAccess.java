package io.dysk.node.credential;

import io.dysk.access.GetVolumeAccessRequest;
import io.dysk.access.GetVolumeAccessResponse;
import io.dysk.node.controller.ControllerConnection;
import io.dysk.node.controller.Refused;
import io.dysk.rpc.contract.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Asks the controller for a SAS of one volume. For clusters whose nodes have no credentials of their own. Safe for use by many threads. */
public final class ControllerAccess implements CredentialSource {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final ControllerConnection controller;
    private final NodeId node;
    private final Duration limit;

    public ControllerAccess(ControllerConnection controller, NodeId node) {
        this(controller, node, LIMIT);
    }

    /** @param limit for an answer, with the connection that it may take */
    public ControllerAccess(ControllerConnection controller, NodeId node, Duration limit) {
        this.controller = controller;
        this.node = node;
        this.limit = limit;
    }

    @Override
    public Optional<Grant> grant(Wanted wanted) {
        GetVolumeAccessRequest request = GetVolumeAccessRequest.newBuilder().setVolumeId(wanted.volumeId()).setNodeId(node.toString())
                .setReadonly(wanted.readOnly()).build();
        try {
            GetVolumeAccessResponse response = controller.ask(limit, calls -> calls.getVolumeAccess(request));
            Instant end = Instant.ofEpochSecond(response.getExpiresAt().getSeconds(), response.getExpiresAt().getNanos());
            return Optional.of(Grant.ofSas(response.getSas(), end));
        } catch (Refused e) {
            throw e.as("the controller gives this node no access: ");
        }
    }
}
