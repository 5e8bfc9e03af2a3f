package io.dysk.node.fake;

import io.dysk.csi.NodePublishVolumeRequest;
import io.dysk.csi.NodeStageVolumeRequest;
import io.dysk.csi.NodeUnpublishVolumeRequest;
import io.dysk.csi.NodeUnstageVolumeRequest;
import io.dysk.csi.VolumeCapability;
import io.dysk.csi.VolumeCapability.AccessMode.Mode;
import io.dysk.node.KernelFailures;
import io.dysk.node.attach.AttachLimit;
import io.dysk.node.attach.MountRemoval;
import io.dysk.node.attach.VolumeAttacher;
import io.dysk.node.credential.CredentialRenewal;
import io.dysk.node.credential.CredentialSource;
import io.dysk.node.credential.Credentials;
import io.dysk.node.device.VolumeDevices;
import io.dysk.node.expand.ExpandVolume;
import io.dysk.node.filesystem.FileSystemGrowth;
import io.dysk.node.filesystem.VolumeFileSystem;
import io.dysk.node.lease.AttachersLeases;
import io.dysk.node.lease.Leases;
import io.dysk.node.publish.PublishVolume;
import io.dysk.node.publish.UnpublishVolume;
import io.dysk.node.stage.FailedStage;
import io.dysk.node.stage.StageVolume;
import io.dysk.node.stage.StagedState;
import io.dysk.node.stage.UnstageVolume;
import io.dysk.rpc.contract.PublishContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The calls of the Node service on a machine in memory; only folders are real. Volumes are called {@code acc/disks/NAME}. */
public final class FakeNode {
    public static final int LIMIT = 2;

    public final FakeModule module = new FakeModule();
    public final FakeMounts mounts = new FakeMounts();
    public final FakeDisk disk = new FakeDisk(FakeModule.CAPACITY);
    public final FakeTools tools = new FakeTools(disk);
    public final RecordedSteps steps = new RecordedSteps();
    public final VolumeDevices devices = new VolumeDevices(module);
    public final Path folder;

    private final StageVolume stage;
    private final UnstageVolume unstage;
    private final PublishVolume publish;
    private final UnpublishVolume unpublish;
    private final ExpandVolume expand;

    public FakeNode(Path folder) {
        this(folder, new AttachersLeases());
    }

    /** @param leases who takes them */
    public FakeNode(Path folder, Leases leases) {
        this.folder = real(folder);
        MountRemoval removal = new MountRemoval(module, mounts, Duration.ofMillis(50));
        FileSystemGrowth growth = new FileSystemGrowth(tools);
        CredentialRenewal renewal = new CredentialRenewal(module, devices, CredentialSource.NONE, Clock.systemUTC());
        VolumeAttacher attacher = new VolumeAttacher(module, devices, new AttachLimit(devices, LIMIT), mounts, new Credentials(CredentialSource.NONE), renewal,
                _ -> {});
        unstage = new UnstageVolume(devices, mounts, removal, leases);
        stage = new StageVolume(leases, attacher, new StagedState(devices, mounts, removal),
                new VolumeFileSystem(module, (_, _) -> disk, tools, folder.resolve("images")), growth, mounts, new FailedStage(unstage, new KernelFailures()));
        publish = new PublishVolume(devices, mounts);
        unpublish = new UnpublishVolume(removal);
        expand = new ExpandVolume(module, devices, mounts, growth);
    }

    private static Path real(Path folder) {
        try {
            return folder.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String id(String name) {
        return "acc/disks/" + name;
    }

    /** The staging path; made if it isn't there. */
    public Path staging(String name) {
        try {
            return Files.createDirectories(folder.resolve("stage-" + name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path target(String pod) {
        return folder.resolve("pod-" + pod);
    }

    public static VolumeCapability mount(String type, Mode mode, String... flags) {
        return VolumeCapability.newBuilder().setMount(VolumeCapability.MountVolume.newBuilder().setFsType(type).addAllMountFlags(List.of(flags)))
                .setAccessMode(VolumeCapability.AccessMode.newBuilder().setMode(mode)).build();
    }

    public static VolumeCapability block(Mode mode) {
        return VolumeCapability.newBuilder().setBlock(VolumeCapability.BlockVolume.getDefaultInstance())
                .setAccessMode(VolumeCapability.AccessMode.newBuilder().setMode(mode)).build();
    }

    public static Map<String, String> context(String name, boolean writable) {
        return new PublishContext("http://127.0.0.1:1/acc", "acc", "disks", name, Optional.empty(), writable ? Optional.of("lease-" + name) : Optional.empty(),
                0, OptionalLong.of(0)).toMap();
    }

    public NodeStageVolumeRequest.Builder staging(String name, VolumeCapability capability) {
        return NodeStageVolumeRequest.newBuilder().setVolumeId(id(name)).setStagingTargetPath(staging(name).toString()).setVolumeCapability(capability)
                .putAllPublishContext(context(name, true)).putSecrets("accountname", "acc").putSecrets("sas", "sig=x");
    }

    public void stage(NodeStageVolumeRequest.Builder request) {
        stage.answer(request.build(), steps.begin());
    }

    /** For writing, with ext4. */
    public void stage(String name) {
        stage(staging(name, mount("ext4", Mode.SINGLE_NODE_MULTI_WRITER)));
    }

    public void unstage(String name) {
        unstage.answer(NodeUnstageVolumeRequest.newBuilder().setVolumeId(id(name)).setStagingTargetPath(staging(name).toString()).build(), steps.begin());
    }

    public void publish(String name, String pod, VolumeCapability capability, boolean readOnly) {
        publish.answer(NodePublishVolumeRequest.newBuilder().setVolumeId(id(name)).setStagingTargetPath(staging(name).toString())
                .setTargetPath(target(pod).toString()).setVolumeCapability(capability).setReadonly(readOnly).build(), steps.begin());
    }

    public void unpublish(String name, String pod) {
        unpublish.answer(NodeUnpublishVolumeRequest.newBuilder().setVolumeId(id(name)).setTargetPath(target(pod).toString()).build(), steps.begin());
    }

    public ExpandVolume expand() {
        return expand;
    }
}
