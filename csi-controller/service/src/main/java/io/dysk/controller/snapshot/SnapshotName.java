package io.dysk.controller.snapshot;

import io.dysk.controller.volume.VolumeNotes;
import io.dysk.rpc.call.RpcFailure;
import java.nio.charset.StandardCharsets;

/**
 * The name under which a snapshot is asked for.
 *
 * @param value 1 to 128 bytes of any text but control characters
 */
record SnapshotName(String value) {
    private static final int MAX_BYTES = 128;

    /** @throws RpcFailure INVALID_ARGUMENT if it can't be one */
    SnapshotName {
        if (value.isEmpty()) {
            throw RpcFailure.invalidArgument("the snapshot's name is missing");
        }
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw RpcFailure.invalidArgument("the snapshot's name has " + bytes + " bytes; at most " + MAX_BYTES + " are possible");
        }
        if (value.codePoints().anyMatch(c -> Character.isISOControl(c) && c != '\t' && c != '\n' && c != '\r')) {
            throw RpcFailure.invalidArgument("the snapshot's name has a control character in it; none is possible");
        }
    }

    /** As the snapshot itself keeps it. */
    String encoded() {
        return VolumeNotes.encoded(value);
    }
}
