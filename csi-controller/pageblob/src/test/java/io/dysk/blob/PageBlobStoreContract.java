package io.dysk.blob;

import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.models.BlobRange;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.PageBlobRequestConditions;
import com.azure.storage.blob.models.PageRange;
import com.azure.storage.blob.options.PageBlobUploadPagesOptions;

import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What every service must do for {@link PageBlobStore} to keep its promises. The subclasses hold the tests, one for each part of
 * the interface; each is run against each service.
 */
abstract class PageBlobStoreContract {
    static final long MIB = 1 << 20;
    static final CallLimits LIMITS =
            new CallLimits(Duration.ofSeconds(60), Duration.ofSeconds(20), 4, Duration.ofMillis(1));

    private final BlobService service;
    private final List<FaultProxy> proxies = new ArrayList<>();
    private AzureClients plain;

    PageBlobStore store;
    ContainerName container;
    BlobAddress disk;

    PageBlobStoreContract(BlobService service) {
        this.service = service;
    }

    @BeforeEach
    void aContainerOfItsOwn() {
        store = AzurePageBlobStore.open(service.account(), LIMITS);
        plain = new AzureClients(service.account(), HttpClient.newHttpClient());
        container = new ContainerName("c" + UUID.randomUUID().toString().substring(1));
        disk = new BlobAddress(container, new BlobName("team/disk 1+ü%.vhd"));
        store.createContainer(container);
    }

    @AfterEach
    void closeProxies() {
        proxies.forEach(FaultProxy::close);
        plain.container(container).delete();
    }

    BlobAccount account() {
        return service.account();
    }

    BlobAccount otherAccount() {
        return service.otherAccount();
    }

    boolean has(BlobService.Quirk quirk) {
        return service.quirks().contains(quirk);
    }

    FaultProxy proxy() {
        try {
            FaultProxy proxy = new FaultProxy(service.account().endpoint());
            proxies.add(proxy);
            return proxy;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    PageBlobStore storeBehind(FaultProxy proxy) {
        return AzurePageBlobStore.open(new BlobAccount(proxy.endpoint(), account().credentials()), LIMITS, InstantSource.system(), pause -> {});
    }

    /** Writes as the kernel module does, past the store. */
    void write(BlobAddress address, long offset, byte[] pages, Optional<LeaseId> lease) {
        var conditions = new PageBlobRequestConditions();
        conditions.setLeaseId(lease.map(LeaseId::toString).orElse(null));
        plain.pageBlob(address).uploadPagesWithResponse(new PageBlobUploadPagesOptions(
                new PageRange().setStart(offset).setEnd(offset + pages.length - 1), BinaryData.fromBytes(pages))
                .setRequestConditions(conditions), null, Context.NONE);
    }

    byte[] read(BlobAddress address, long offset, int length) {
        return plain.pageBlob(address).downloadContentWithResponse(null, new BlobRequestConditions(),
                new BlobRange(offset, (long) length), false, null, Context.NONE).getValue().toBytes();
    }

    AzureClients plain() {
        return plain;
    }

    static byte[] pages(int count, int value) {
        byte[] pages = new byte[count * 512];
        Arrays.fill(pages, (byte) value);
        return pages;
    }

    static LeaseHolder node(String name) {
        return new LeaseHolder(name, LeaseId.ofWriter("volume-1", name));
    }
}
