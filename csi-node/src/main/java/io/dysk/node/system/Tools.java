package io.dysk.node.system;

import java.time.Duration;
import java.util.List;

/** Runs other programs: mkfs, fsck, blkid. */
@FunctionalInterface
public interface Tools {
    /**
     * Runs one to its end, without a shell. Blocks for as long as it takes.
     *
     * @param command the program and its arguments; no secret among them, since everybody can see them
     * @param limit it is killed if it takes longer
     * @throws ToolException if it can't be started or was killed
     */
    ToolResult run(List<String> command, Duration limit);
}
