package io.dysk.node.filesystem;

import io.dysk.node.system.ToolResult;
import io.dysk.node.system.Tools;
import io.dysk.rpc.call.RpcFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Looks for signatures of file systems, partition tables and the like with blkid's low-level probe, which asks the device and no cache. */
final class Signatures {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int FOUND = 0;
    private static final int NOTHING = 2;
    private static final int SEVERAL = 8;

    private final Tools tools;

    Signatures(Tools tools) {
        this.tools = tools;
    }

    /**
     * Probes a device.
     *
     * @return blkid's words ({@code TYPE}, {@code PTTYPE}, ...); empty if it found nothing, which it also says of a device that it can't
     *     read
     * @throws RpcFailure INTERNAL if it failed, FAILED_PRECONDITION if it found several that contradict each other
     */
    Map<String, String> of(Path device) {
        ToolResult result = tools.run(List.of("blkid", "-p", "-o", "export", device.toString()), LIMIT);
        return switch (result.exitCode()) {
            case FOUND -> parse(result.output());
            case NOTHING -> Map.of();
            case SEVERAL -> throw RpcFailure.failedPrecondition("the device has signatures of more than one file system (" + result.words()
                    + "); it is left as it is. Look at it with 'wipefs' where it is attached, and remove the wrong one");
            default -> throw RpcFailure.internal("blkid couldn't look at " + device + " (exit code " + result.exitCode() + "): " + result.words());
        };
    }

    private static Map<String, String> parse(String output) {
        Map<String, String> words = new LinkedHashMap<>();
        for (String line : output.split("\n")) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                words.put(line.substring(0, equals), line.substring(equals + 1).replace("\\ ", " "));
            }
        }
        if (words.isEmpty()) {
            throw RpcFailure.internal("blkid said that it found something and not what; the device is left as it is");
        }
        return words;
    }
}
