package io.dysk.controller;

import io.dysk.controller.access.GetVolumeAccess;
import io.dysk.controller.access.VolumeAccessService;
import io.dysk.controller.access.VolumeClaims;
import io.dysk.controller.account.AccountUsage;
import io.dysk.controller.account.Accounts;
import io.dysk.controller.account.AccountsReadiness;
import io.dysk.controller.account.OwnAccount;
import io.dysk.controller.health.GetVolumeHealth;
import io.dysk.controller.health.ListVolumeHealth;
import io.dysk.controller.publish.ClaimHolders;
import io.dysk.controller.publish.Contention;
import io.dysk.controller.publish.GivenUpNodes;
import io.dysk.controller.publish.PublishVolume;
import io.dysk.controller.publish.UnpublishVolume;
import io.dysk.controller.snapshot.CreateSnapshot;
import io.dysk.controller.snapshot.DeleteSnapshot;
import io.dysk.controller.snapshot.GetSnapshot;
import io.dysk.controller.snapshot.ListSnapshots;
import io.dysk.controller.snapshot.SnapshotMetadataService;
import io.dysk.controller.volume.CreateVolume;
import io.dysk.controller.volume.DeleteVolume;
import io.dysk.controller.volume.ExpandVolume;
import io.dysk.controller.volume.GetCapacity;
import io.dysk.controller.volume.GetVolume;
import io.dysk.controller.volume.LastHolders;
import io.dysk.controller.volume.ListVolumes;
import io.dysk.controller.volume.ModifyVolume;
import io.dysk.controller.volume.ValidateCapabilities;
import io.dysk.csi.PluginCapability;
import io.dysk.rpc.call.Calls;
import io.dysk.rpc.call.VolumeLocks;
import io.dysk.rpc.identity.Readiness;
import io.dysk.rpc.step.StepListener;
import io.grpc.BindableService;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The controller's parts, put together. */
public final class ControllerPlugin {
    private final ControllerSettings settings;
    private final Optional<Contention> claims;
    private final ControllerCapabilities capabilities;
    private final Readiness readiness;
    private final Calls calls = new Calls(new BlobFailures());
    private final VolumeLocks locks = new VolumeLocks();
    private final GivenUpNodes givenUp = new GivenUpNodes(InstantSource.system());

    public ControllerPlugin(ControllerSettings settings) {
        this(settings, Optional.empty());
    }

    /** @param claims how nodes are given leases that they ask for; empty if they aren't */
    public ControllerPlugin(ControllerSettings settings, Optional<Contention> claims) {
        this.settings = settings;
        this.claims = claims;
        readiness = new AccountsReadiness(settings.accounts(), settings.container());
        List<OwnAccount> own = settings.accounts().own();
        capabilities = new ControllerCapabilities(!own.isEmpty(), own.stream().anyMatch(account -> !account.topology().isEmpty()));
    }

    public Calls calls() {
        return calls;
    }

    public List<PluginCapability> capabilities() {
        return capabilities.ofPlugin();
    }

    /** Ready when the storage service answers and takes our credentials. */
    public Readiness readiness() {
        return readiness;
    }

    /** The services beside Identity. */
    public List<BindableService> services(StepListener steps) {
        Accounts accounts = settings.accounts();
        AccountUsage usage = new AccountUsage();
        ControllerCalls controller = new ControllerCalls(
                new CreateVolume(accounts, usage, settings.container(), locks, steps),
                new DeleteVolume(accounts, usage, locks, claims.<LastHolders>map(ClaimHolders::new).orElse(LastHolders.NONE), steps),
                new PublishVolume(accounts, locks, givenUp, settings.dataPath(), steps),
                new UnpublishVolume(accounts, locks, givenUp, steps),
                new ValidateCapabilities(accounts),
                new ListVolumes(accounts),
                new GetVolume(accounts),
                new GetCapacity(accounts, usage),
                new ExpandVolume(accounts, usage, locks, steps),
                new ModifyVolume(accounts, locks, steps),
                new CreateSnapshot(accounts, locks, steps),
                new DeleteSnapshot(accounts, locks, steps),
                new ListSnapshots(accounts),
                new GetSnapshot(accounts),
                new GetVolumeHealth(accounts),
                new ListVolumeHealth(accounts));
        return List.of(new ControllerService(capabilities, controller, calls), new SnapshotMetadataService(accounts, calls));
    }

    /**
     * Rights for nodes without credentials, and leases for nodes that ask for them; to be served where only nodes can call it.
     *
     * @param validFor how long a right lasts
     */
    public BindableService accessService(Duration validFor, StepListener steps) {
        Accounts accounts = settings.accounts();
        return new VolumeAccessService(new GetVolumeAccess(accounts, validFor), claims.map(contention -> new VolumeClaims(accounts,
                new PublishVolume(accounts, locks, givenUp, settings.dataPath(), contention, steps),
                new UnpublishVolume(accounts, locks, givenUp, steps))), calls);
    }
}
