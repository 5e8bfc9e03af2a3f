package io.dysk.blobserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What leases become as time goes by, on a clock that the test moves. */
final class LeaseTimeTest {
    private static final String A = PageBlobProtocolContract.LEASE_A;
    private static final String B = PageBlobProtocolContract.LEASE_B;

    private final AtomicLong ahead = new AtomicLong();
    private BlobServer server;
    private TestBlob blob;

    @BeforeEach
    void start() throws IOException {
        server = BlobServer.start(BlobServerConfig.defaults().withTime(() -> System.currentTimeMillis() + ahead.get()));
        RawClient client = new RawClient(server.port());
        client.send("PUT", "/" + RawClient.ACCOUNT + "/leases", "restype=container", Map.of());
        blob = new TestBlob(client, "/" + RawClient.ACCOUNT + "/leases/blob");
        blob.create(1 << 20);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private void pass(int seconds) {
        ahead.addAndGet(seconds * 1000L);
    }

    private String state() throws IOException {
        return blob.head().header("x-ms-lease-state");
    }

    @Test
    void anExpiredLeaseIsLostForWritesAndFreeForOthers() throws IOException {
        blob.acquire(A, 15);
        pass(16);
        assertThat(state()).isEqualTo("expired");
        assertThat(blob.write(0, new byte[512], "x-ms-lease-id", A).summary()).isEqualTo("412 LeaseLost");
        assertThat(blob.write(0, new byte[512], "x-ms-lease-id", B).summary()).isEqualTo("412 LeaseNotPresentWithBlobOperation");
        assertThat(blob.acquire(B, -1).summary()).isEqualTo("201");
    }

    @Test
    void anExpiredLeaseIsRenewedOnlyIfNobodyWrote() throws IOException {
        blob.acquire(A, 15);
        pass(16);
        assertThat(blob.lease("renew", "x-ms-lease-id", A).summary()).isEqualTo("200");
        assertThat(state()).isEqualTo("leased");
        pass(16);
        assertThat(blob.write(0, new byte[512]).status()).isEqualTo(201);
        assertThat(blob.lease("renew", "x-ms-lease-id", A).summary()).isEqualTo("409 LeaseIdMismatchWithLeaseOperation");
    }

    @Test
    void aFiniteLeaseBreaksAtItsEndAtTheLatest() throws IOException {
        blob.acquire(A, 30);
        pass(10);
        assertThat(Integer.parseInt(blob.lease("break").header("x-ms-lease-time"))).isBetween(19, 20);
        assertThat(state()).isEqualTo("breaking");
        assertThat(blob.acquire(A, -1).summary()).isEqualTo("409 LeaseIsBreakingAndCannotBeAcquired");
        assertThat(blob.lease("change", "x-ms-lease-id", A, "x-ms-proposed-lease-id", B).summary())
                .isEqualTo("409 LeaseIsBreakingAndCannotBeChanged");
        assertThat(blob.lease("renew", "x-ms-lease-id", A).summary()).isEqualTo("409 LeaseIsBrokenAndCannotBeRenewed");
        pass(21);
        assertThat(state()).isEqualTo("broken");
        assertThat(blob.lease("renew", "x-ms-lease-id", A).summary()).isEqualTo("409 LeaseIsBrokenAndCannotBeRenewed");
        assertThat(blob.lease("release", "x-ms-lease-id", A).summary()).isEqualTo("200");
        assertThat(state()).isEqualTo("available");
    }

    @Test
    void aBreakingLeaseIsReleasedByItsHolder() throws IOException {
        blob.acquire(A, -1);
        blob.lease("break", "x-ms-lease-break-period", "60");
        assertThat(blob.lease("release", "x-ms-lease-id", A).summary()).isEqualTo("200");
        assertThat(blob.acquire(B, 15).summary()).isEqualTo("201");
    }

    @Test
    void aCopyOverAFiniteLeaseIsRefused() throws IOException {
        TestBlob source = new TestBlob(blob.client(), blob.path() + "-source");
        source.create(512);
        blob.acquire(A, 30);
        assertThat(blob.copyFrom("http://127.0.0.1" + source.path()).summary()).isEqualTo("412 LeaseIdMissing");
        assertThat(blob.copyFrom("http://127.0.0.1" + source.path(), "x-ms-lease-id", A).status()).isEqualTo(412);
        blob.acquire(A, -1);
        assertThat(blob.copyFrom("http://127.0.0.1" + source.path(), "x-ms-lease-id", A).summary()).isEqualTo("202");
    }

    @Test
    void aSasEndsWhileAConnectionIsOpen() throws IOException {
        Instant expiry = Instant.now().plusSeconds(60);
        String sas = RawClient.SIGNER.serviceSas("b", "leases/blob", "r", expiry, Map.of());
        assertThat(blob.client().sendUnsigned("GET", blob.path(), sas, Map.of("x-ms-range", "bytes=0-511"), new byte[0]).status())
                .isEqualTo(206);
        pass(61);
        assertThat(blob.client().sendUnsigned("GET", blob.path(), sas, Map.of("x-ms-range", "bytes=0-511"), new byte[0]).status())
                .isEqualTo(403);
    }
}
