package io.dysk.node.filesystem;

import io.dysk.kernel.DeviceInfo;
import io.dysk.kernel.DyskControl;
import io.dysk.node.system.Disks;
import io.dysk.node.system.Tools;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.step.Steps;
import java.nio.file.Path;

/**
 * Gets a volume's device to where its file system can be mounted: finds the one it has and checks it, or proves that it has none and
 * makes it. Never formats what isn't proven empty.
 *
 * <p>Safe for use by many threads, for different devices.
 */
public final class VolumeFileSystem {
    private final Examination examination;
    private final BlankProof proof;
    private final FileSystemMaker maker;
    private final FileSystemCheck check;

    /** @param images folder for file systems that are being made; what an earlier run left there is removed */
    public VolumeFileSystem(DyskControl control, Disks disks, Tools tools, Path images) {
        ImageFile.removeAll(images);
        this.examination = new Examination(disks, tools);
        this.proof = new BlankProof(control);
        this.maker = new FileSystemMaker(disks, tools, images);
        this.check = new FileSystemCheck(tools);
    }

    /**
     * The file system that a type stands for; the default if it is empty. To be asked before anything is attached for it.
     *
     * @throws RpcFailure INVALID_ARGUMENT if there is none
     */
    public static FileSystem wanted(String type) {
        return type.isEmpty() ? FileSystem.DEFAULT : FileSystem.named(type);
    }

    /**
     * The file system on the device, ready to be mounted.
     *
     * @throws RpcFailure FAILED_PRECONDITION if there is something else on it, or nothing and it may not be made
     */
    public ReadyFileSystem prepare(DeviceInfo device, FileSystemRequest request, Steps steps) {
        FileSystem wanted = wanted(request.type());
        Contents.Made made = switch (examination.of(device.device(), request.volumeId())) {
            case Contents.Made found -> found;
            case Contents.Foreign foreign -> throw RpcFailure.failedPrecondition("there is " + foreign.what() + " on it, and no file system that"
                    + " could be mounted; it is left as it is. Use it as a block device, or empty it by hand");
            case Contents.CutShort _ -> make(device, request, wanted, false, steps);
            case Contents.Zero _ -> {
                requireWritable(request);
                proof.require(device, request.context());
                yield make(device, request, wanted, true, steps);
            }
        };
        FileSystem fileSystem = made.fileSystem();
        if (!request.type().isEmpty() && !fileSystem.equals(wanted)) {
            throw RpcFailure.failedPrecondition("it has a file system of type " + fileSystem.type() + ", and " + wanted.type()
                    + " is asked for; it is left as it is. Ask for " + fileSystem.type() + " (fsType of the PersistentVolume), or use another volume");
        }
        check.check(device.device(), fileSystem, made.head(), request.readOnly(), steps);
        return new ReadyFileSystem(fileSystem, fileSystem.sizeBytes(made.head()));
    }

    /**
     * The file system that is mounted from the device.
     *
     * @param type as the mount table has it
     */
    public ReadyFileSystem mounted(DeviceInfo device, String type) {
        FileSystem fileSystem = FileSystem.named(type);
        return new ReadyFileSystem(fileSystem, fileSystem.sizeBytes(examination.head(device.device())));
    }

    private Contents.Made make(DeviceInfo device, FileSystemRequest request, FileSystem wanted, boolean untouched, Steps steps) {
        requireWritable(request);
        maker.make(device, request.volumeId(), wanted, request.mkfsOptions(), untouched, steps);
        if (examination.of(device.device(), request.volumeId()) instanceof Contents.Made made) {
            return made;
        }
        throw RpcFailure.internal("mkfs." + wanted.type() + " ended well, but no " + wanted.type() + " file system is on the device");
    }

    private static void requireWritable(FileSystemRequest request) {
        if (request.readOnly()) {
            throw RpcFailure.failedPrecondition("there is no file system on it: publish it for writing once first");
        }
    }
}
