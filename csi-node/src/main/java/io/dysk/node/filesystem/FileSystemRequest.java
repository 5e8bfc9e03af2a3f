package io.dysk.node.filesystem;

import io.dysk.rpc.contract.PublishContext;
import java.util.List;

/**
 * The file system that a volume is to have.
 *
 * @param volumeId the volume
 * @param type asked for, or empty: whatever it has, else ext4
 * @param context of the publish
 * @param mkfsOptions if it has to be made
 * @param readOnly nothing may be written
 */
public record FileSystemRequest(String volumeId, String type, PublishContext context, List<String> mkfsOptions, boolean readOnly) {
    public FileSystemRequest {
        mkfsOptions = List.copyOf(mkfsOptions);
    }
}
