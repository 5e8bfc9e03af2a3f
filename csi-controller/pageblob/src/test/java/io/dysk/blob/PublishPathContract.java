package io.dysk.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How many requests lie on a volume's way to a node and back, and what the caller knows after them. */
abstract class PublishPathContract extends PageBlobStoreContract {
    private static final LeaseHolder A = node("node-a");
    private static final LeaseHolder B = node("node-b");

    private FaultProxy proxy;
    private PageBlobStore counted;

    PublishPathContract(BlobService service) {
        super(service);
    }

    @BeforeEach
    void aDisk() {
        store.create(disk, new NewPageBlob(4 * MIB, false, Map.of("a", "1")));
        proxy = proxy();
        counted = storeBehind(proxy);
    }

    @Test
    void takingALeaseTellsWhatTheBlobIs() {
        PageBlobProperties leased = counted.acquireLease(disk, A);
        assertThat(proxy.seen()).containsExactly("HEAD", "PUT lease", "PUT metadata");
        assertThat(leased.lease()).isEqualTo(LeaseState.LEASED);
        assertThat(leased.recordedHolder()).contains(A);
        assertThat(leased).isEqualTo(store.properties(disk));
    }

    @Test
    void takingItAgainTakesTwoRequests() {
        PageBlobProperties first = store.acquireLease(disk, A);
        assertThat(counted.acquireLease(disk, A)).isEqualTo(first);
        assertThat(proxy.seen()).containsExactly("HEAD", "HEAD");
    }

    @Test
    void aRefusalNamesTheHolderWithOneMoreRequest() {
        store.acquireLease(disk, A);
        assertThatThrownBy(() -> counted.acquireLease(disk, B))
                .isInstanceOfSatisfying(BlobException.LeaseHeld.class, e -> assertThat(e.holder()).contains(A));
        assertThat(proxy.seen()).containsExactly("HEAD", "HEAD", "HEAD");
    }

    @Test
    void givingItBackTakesThreeRequests() {
        store.acquireLease(disk, A);
        assertThat(counted.releaseLease(disk, A.lease())).isTrue();
        assertThat(proxy.seen()).containsExactly("HEAD", "PUT metadata", "PUT lease");
        assertThat(store.properties(disk).lease()).isEqualTo(LeaseState.AVAILABLE);
        assertThat(store.properties(disk).recordedHolder()).isEmpty();
    }

    @Test
    void givingBackWhatIsNotHeldTakesOne() {
        assertThat(counted.releaseLease(disk, A.lease())).isFalse();
        assertThat(proxy.seen()).containsExactly("HEAD");
        store.acquireLease(disk, B);
        assertThat(counted.releaseLease(disk, A.lease())).isFalse();
        assertThat(proxy.seen()).containsExactly("HEAD", "HEAD");
        assertThat(store.leaseHolder(disk)).contains(B);
    }

    @Test
    void theHolderIsProvenWithTwoRequestsAndNobodyWithOne() {
        assertThat(counted.leaseHolder(disk)).isEmpty();
        assertThat(proxy.seen()).containsExactly("HEAD");
        store.acquireLease(disk, A);
        assertThat(counted.leaseHolder(disk)).contains(A);
        assertThat(proxy.seen()).containsExactly("HEAD", "HEAD", "HEAD");
    }

    @Test
    void aListTellsInOneRequestWhatPropertiesDo() {
        store.acquireLease(disk, A);
        assertThat(counted.list(container, Listing.ofPrefix("")).items()).containsExactly(store.properties(disk));
        assertThat(proxy.seen()).containsExactly("GET list");
    }

    @Test
    void grantingWithAKeyAsksNobody() {
        counted.grant(disk, Optional.empty(), BlobAccess.READ_WRITE, Duration.ofHours(1));
        assertThat(proxy.seen()).isEmpty();
    }
}
