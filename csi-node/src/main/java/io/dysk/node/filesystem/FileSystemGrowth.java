package io.dysk.node.filesystem;

import io.dysk.node.system.ToolResult;
import io.dysk.node.system.Tools;
import io.dysk.rpc.call.RpcFailure;
import java.nio.file.Path;
import java.time.Duration;

/** Makes a mounted file system as large as its device. Does nothing if it is. */
public final class FileSystemGrowth {
    private static final Duration LIMIT = Duration.ofMinutes(15);

    private final Tools tools;

    public FileSystemGrowth(Tools tools) {
        this.tools = tools;
    }

    /** @param type of the file system, as the mount table has it */
    public void grow(String type, Path device, Path mountPoint) {
        ToolResult result = tools.run(FileSystem.named(type).growCommand(device, mountPoint), LIMIT);
        if (result.exitCode() != 0) {
            throw RpcFailure.internal("its " + type + " file system couldn't be made as large as its device (exit code " + result.exitCode() + "): "
                    + result.words());
        }
    }
}
