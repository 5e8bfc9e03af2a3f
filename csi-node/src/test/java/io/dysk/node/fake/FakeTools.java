package io.dysk.node.fake;

import io.dysk.node.system.ToolResult;
import io.dysk.node.system.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Programs as a test says. At first: blkid knows ext4, xfs and btrfs by their magic on {@link #disk}, mkfs writes it, all else succeeds. */
public final class FakeTools implements Tools {
    public static final ToolResult WELL = new ToolResult(0, "", "");
    private static final ToolResult NOTHING = new ToolResult(2, "", "");

    public final List<List<String>> runs = new ArrayList<>();
    private final Map<String, Function<List<String>, ToolResult>> programs = new HashMap<>();
    private final FakeDisk disk;

    public FakeTools(FakeDisk disk) {
        this.disk = disk;
        programs.put("blkid", _ -> blkid());
        programs.put("mkfs.ext4", command -> make(command, Map.of(1080, new byte[] {0x53, (byte) 0xef}, 300_000, new byte[] {7}, 5_000_000, new byte[] {9})));
        programs.put("mkfs.xfs", command -> make(command, Map.of(0, "XFSB".getBytes(), 4_000_000, new byte[] {3})));
        programs.put("mkfs.btrfs", command -> make(command, Map.of(65_600, "_BHRfS_M".getBytes(), 1_000_000, new byte[] {4})));
    }

    /** What a program does from now on. */
    public void set(String program, ToolResult result) {
        programs.put(program, _ -> result);
    }

    /** How often a program ran. */
    public long count(String program) {
        return runs.stream().filter(run -> run.getFirst().equals(program)).count();
    }

    @Override
    public ToolResult run(List<String> command, Duration limit) {
        runs.add(command);
        return programs.getOrDefault(command.getFirst(), _ -> WELL).apply(command);
    }

    private ToolResult blkid() {
        String head = new String(disk.bytes, 0, 4);
        String btrfs = new String(disk.bytes, 65_600, 8);
        if (head.equals("XFSB")) {
            return new ToolResult(0, "DEVNAME=/dev/dysk0\nTYPE=xfs\n", "");
        }
        if (btrfs.equals("_BHRfS_M")) {
            return new ToolResult(0, "DEVNAME=/dev/dysk0\nTYPE=btrfs\n", "");
        }
        return disk.bytes[1080] == 0x53 ? new ToolResult(0, "DEVNAME=/dev/dysk0\nUUID=1\nTYPE=ext4\nUSAGE=filesystem\n", "") : NOTHING;
    }

    private static ToolResult make(List<String> command, Map<Integer, byte[]> contents) {
        try (FileChannel image = FileChannel.open(Path.of(command.getLast()), StandardOpenOption.WRITE)) {
            for (Map.Entry<Integer, byte[]> each : contents.entrySet()) {
                image.write(ByteBuffer.wrap(each.getValue()), each.getKey());
            }
            return WELL;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
