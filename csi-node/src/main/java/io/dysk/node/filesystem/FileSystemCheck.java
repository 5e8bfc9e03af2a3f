package io.dysk.node.filesystem;

import io.dysk.node.step.StageStep;
import io.dysk.node.system.ToolResult;
import io.dysk.node.system.Tools;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.step.Steps;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Checks a file system before it is mounted. What it can't repair by itself is for people. */
final class FileSystemCheck {
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final int CORRECTED = 1;

    private final Tools tools;

    FileSystemCheck(Tools tools) {
        this.tools = tools;
    }

    /** @throws RpcFailure FAILED_PRECONDITION with the tool's words if it isn't in order */
    void check(Path device, FileSystem fileSystem, ByteBuffer head, boolean readOnly, Steps steps) {
        Optional<List<String>> command = readOnly ? fileSystem.inspectCommand(device, head) : fileSystem.repairCommand(device, head);
        if (command.isEmpty()) {
            return;
        }
        ToolResult result = tools.run(command.get(), LIMIT);
        if (result.exitCode() > (readOnly ? 0 : CORRECTED)) {
            throw RpcFailure.failedPrecondition("its " + fileSystem.type() + " file system has errors (" + command.get().getFirst() + " exit code "
                    + result.exitCode() + "): " + result.words() + ". It is left as it is. "
                    + (readOnly ? "Publish it for writing once, so that it can be repaired" : "Attach it by hand and repair it; a snapshot first is wise"));
        }
        steps.reached(StageStep.CHECKED);
    }
}
