package io.dysk.controller;

import io.dysk.blob.AccountName;
import io.dysk.blob.AzurePageBlobStore;
import io.dysk.blob.BlobAccount;
import io.dysk.blob.BlobAddress;
import io.dysk.blob.CallLimits;
import io.dysk.blob.ContainerName;
import io.dysk.blob.Endpoint;
import io.dysk.blob.NewPageBlob;
import io.dysk.blob.PageBlobStore;
import io.dysk.blobserver.BlobServer;
import io.dysk.blobserver.BlobServerConfig;
import io.dysk.blobserver.blob.BlobView;
import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.controller.account.Accounts;
import io.dysk.controller.account.EndpointChoice;
import io.dysk.controller.account.OwnAccount;
import io.dysk.controller.volume.VolumeId;
import io.dysk.rpc.call.VolumeLocks;
import io.dysk.rpc.step.Step;
import io.dysk.rpc.step.StepListener;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/** A storage service with one account and one container, for what the controller does with it when no server is around it. */
public class TestStorage implements AutoCloseable {
    public static final long MIB = 1 << 20;
    public static final ContainerName DISKS = new ContainerName("disks");

    private static final String ACCOUNT = "devstoreaccount1";
    private static final List<String> NO_REQUESTS = List.of("refused", "faults", "body-bytes-received");

    /** The controller dies here. */
    public static final class Died extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    public final BlobServer server;
    public final PageBlobStore store;
    public final List<Step> reached = new CopyOnWriteArrayList<>();
    /** The step at which the controller dies, until it is restarted. */
    public final AtomicReference<Step> deathAt = new AtomicReference<>();

    private final PageWriter writer;
    private VolumeLocks locks = new VolumeLocks();

    public TestStorage() {
        try {
            server = BlobServer.start(BlobServerConfig.defaults());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        store = AzurePageBlobStore.open(BlobAccount.ofConnectionString(
                "UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://127.0.0.1:" + server.port()),
                new CallLimits(Duration.ofSeconds(20), Duration.ofSeconds(5), 2, Duration.ofMillis(1)));
        writer = new PageWriter(store);
        store.createContainer(DISKS);
    }

    /** The controller starts anew: nothing but the world is left. */
    public void restart() {
        locks = new VolumeLocks();
        deathAt.set(null);
    }

    public VolumeLocks locks() {
        return locks;
    }

    /** The id of a volume that may or may not be there. */
    public static VolumeId id(String name) {
        return VolumeId.of(new AccountName(ACCOUNT), BlobAddress.of(DISKS.value(), name));
    }

    public VolumeId volume(String name, NewPageBlob blob) {
        VolumeId id = id(name);
        store.create(id.address(), blob);
        return id;
    }

    public VolumeId volume(String name) {
        return volume(name, NewPageBlob.raw(8 * MIB));
    }

    public BlobView blob(VolumeId volume) {
        return server.blob(ACCOUNT, volume.address().container().value(), volume.address().blob().value());
    }

    /** Fills a sector as a node's kernel does; gives the status. */
    public int write(VolumeId volume, long offset, int value, Optional<String> lease) {
        byte[] sector = new byte[512];
        Arrays.fill(sector, (byte) value);
        return writer.write(volume.address(), offset, sector, lease);
    }

    /** How many requests the service got in all. */
    public long requests() {
        return server.stats().all().entrySet().stream().filter(e -> !NO_REQUESTS.contains(e.getKey())).mapToLong(Map.Entry::getValue).sum();
    }

    /** No request gets through. */
    public void cutOff() {
        server.faults().add(new FaultRule(null, null, null, null, null, 0, 0), new Fault(Fault.Kind.DROP, 0, "", -1, 0, 0));
    }

    public void connect() {
        server.faults().clear();
    }

    public Accounts accounts() {
        return new Accounts() {
            @Override
            public PageBlobStore of(VolumeId volume, Map<String, String> secrets) {
                return store;
            }

            @Override
            public List<OwnAccount> own() {
                return List.of(new OwnAccount(store, Optional.empty(), OptionalLong.empty(), Map.of()));
            }

            @Override
            public Optional<OwnAccount> ofSecrets(Map<String, String> secrets, EndpointChoice where) {
                return Optional.empty();
            }

            @Override
            public VolumeId idOf(Endpoint account, BlobAddress address) {
                return VolumeId.of(account.account(), address);
            }
        };
    }

    public StepListener listener() {
        return (step, volume, took) -> {
            reached.add(step);
            if (step == deathAt.get()) {
                throw new Died();
            }
        };
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
