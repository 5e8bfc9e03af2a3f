package io.dysk.node.filesystem;

import io.dysk.kernel.MountOptions;
import io.dysk.rpc.call.RpcFailure;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A file system that volumes can have: how it is made, checked, mounted and grown. */
public sealed interface FileSystem permits Ext4, Xfs, Btrfs {
    FileSystem DEFAULT = new Ext4();
    List<FileSystem> ALL = List.of(DEFAULT, new Xfs(), new Btrfs());

    /** Its name for mount(2) and blkid. */
    String type();

    /** The command that makes it in a file that reads as zeros everywhere, as the device does that it is for. */
    List<String> makeCommand(Path image, List<String> options);

    /**
     * What checks and repairs it before it is mounted for writing; empty where mounting does all that is needed.
     *
     * @param head at least 68 KiB of the device
     */
    Optional<List<String>> repairCommand(Path device, ByteBuffer head);

    /**
     * What looks at it without writing, before it is mounted for reading; empty where that would tell nothing.
     *
     * @param head at least 68 KiB of the device
     */
    Optional<List<String>> inspectCommand(Path device, ByteBuffer head);

    /**
     * Its own size, in bytes.
     *
     * @param head at least 68 KiB of the device
     */
    long sizeBytes(ByteBuffer head);

    /** Mount options, with what this file system needs on a volume that may be a copy of another. */
    MountOptions mountOptions(MountOptions given, boolean readOnly);

    /** The command that makes a mounted one as large as its device. */
    List<String> growCommand(Path device, Path mountPoint);

    /** @throws RpcFailure INVALID_ARGUMENT if volumes can't have it */
    static FileSystem named(String type) {
        return ALL.stream().filter(known -> known.type().equals(type)).findFirst().orElseThrow(() -> RpcFailure.invalidArgument(
                "file system '" + type + "' isn't offered: choose ext4, xfs or btrfs"));
    }
}
