package io.dysk.node;

import io.dysk.kernel.DyskControl;
import io.dysk.kernel.FileSystemSpace;
import io.dysk.node.attach.AttachLimit;
import io.dysk.node.attach.MountRemoval;
import io.dysk.node.attach.VolumeAttacher;
import io.dysk.node.credential.CredentialRenewal;
import io.dysk.node.credential.CredentialSource;
import io.dysk.node.credential.Credentials;
import io.dysk.node.credential.RenewalClock;
import io.dysk.node.device.VolumeDevices;
import io.dysk.node.expand.ExpandVolume;
import io.dysk.node.filesystem.FileSystemGrowth;
import io.dysk.node.filesystem.VolumeFileSystem;
import io.dysk.node.health.StorageHealthReport;
import io.dysk.node.health.VolumeHealthReport;
import io.dysk.node.lease.Leases;
import io.dysk.node.publish.PublishVolume;
import io.dysk.node.publish.UnpublishVolume;
import io.dysk.node.stage.FailedStage;
import io.dysk.node.stage.StageVolume;
import io.dysk.node.stage.StagedState;
import io.dysk.node.stage.UnstageVolume;
import io.dysk.node.stats.DeviceMetrics;
import io.dysk.node.stats.SpaceProbe;
import io.dysk.node.stats.VolumeStats;
import io.dysk.node.system.Disks;
import io.dysk.node.system.MountPoints;
import io.dysk.node.system.Processes;
import io.dysk.node.system.SystemDisk;
import io.dysk.node.system.SystemMountPoints;
import io.dysk.node.system.Tools;
import io.dysk.rpc.call.Calls;
import io.dysk.rpc.identity.Readiness;
import io.dysk.rpc.metrics.MetricFamily;
import io.dysk.rpc.step.StepListener;
import io.grpc.BindableService;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/** The plugin's parts, put together for this machine. */
public final class NodePlugin {
    private static final Duration DEVICE_NODE = Duration.ofSeconds(10);
    private static final Duration DEAD_UNMOUNT = Duration.ofSeconds(15);
    private static final Duration SPACE = Duration.ofSeconds(5);
    /** What kubelet allows a call. */
    private static final Duration CALL = Duration.ofMinutes(2);

    private static final Path IMAGES = Path.of(System.getProperty("java.io.tmpdir"), "csi-dysk-images");

    private final NodeFacts facts;
    private final CredentialSource credentials;
    private final Leases leases;
    private final DyskControl control = DyskControl.system();
    private final VolumeDevices devices = new VolumeDevices(control);
    private final CredentialRenewal renewal;
    private final KernelFailures failures = new KernelFailures();
    private final Calls calls = new Calls(failures);

    public NodePlugin(NodeFacts facts, CredentialSource credentials, Leases leases) {
        this.facts = facts;
        this.credentials = credentials;
        this.leases = leases;
        this.renewal = new CredentialRenewal(control, devices, credentials, Clock.systemUTC());
    }

    public Calls calls() {
        return calls;
    }

    /** Keeps the credentials of attached devices good until closed. */
    public AutoCloseable renewCredentials() {
        return RenewalClock.start(renewal);
    }

    /** The module's counters. */
    public MetricFamily metrics() {
        return new DeviceMetrics(control, devices);
    }

    /** Ready when the module is there and has an ABI that we know. */
    public Readiness readiness() {
        return () -> {
            control.version();
            return true;
        };
    }

    /** The Node service. */
    public BindableService service(StepListener steps) {
        MountPoints mounts = new SystemMountPoints();
        Disks disks = SystemDisk::open;
        Tools tools = new Processes();
        AttachLimit limit = new AttachLimit(devices, facts.maxVolumes());
        VolumeAttacher attacher = new VolumeAttacher(control, devices, limit, mounts, new Credentials(credentials), renewal,
                VolumeAttacher.NodeWait.system(DEVICE_NODE));
        MountRemoval removal = new MountRemoval(control, mounts, DEAD_UNMOUNT);
        FileSystemGrowth growth = new FileSystemGrowth(tools);
        UnstageVolume unstage = new UnstageVolume(devices, mounts, removal, leases);
        NodeCalls node = new NodeCalls(
                new StageVolume(leases, attacher, new StagedState(devices, mounts, removal), new VolumeFileSystem(control, disks, tools, IMAGES), growth,
                        mounts, new FailedStage(unstage, failures)),
                unstage,
                new PublishVolume(devices, mounts),
                new UnpublishVolume(removal),
                new ExpandVolume(control, devices, mounts, growth),
                new VolumeStats(devices, mounts, new SpaceProbe(FileSystemSpace::of, SPACE)),
                new VolumeHealthReport(devices, mounts),
                new StorageHealthReport(devices));
        return new NodeService(facts, node, new VolumeWork(steps, CALL), calls);
    }
}
