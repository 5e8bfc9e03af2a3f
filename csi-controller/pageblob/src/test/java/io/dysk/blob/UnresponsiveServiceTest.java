package io.dysk.blob;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Services that are busy, silent, or of another time: what the store does with them over real connections. */
@Timeout(30)
final class UnresponsiveServiceTest {
    private static final BlobAddress DISK = BlobAddress.of("disks", "a");
    private static final Credentials KEY = new Credentials.SharedKey(new AccountName("acct"), "c2VjcmV0");

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer server;
    private HttpHandler behaviour;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestMethod());
            behaviour.handle(exchange);
        });
        server.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
    }

    private PageBlobStore store(CallLimits limits, InstantSource clock) {
        Endpoint endpoint = new Endpoint(false, "127.0.0.1", server.getAddress().getPort(), new AccountName("acct"), true);
        return AzurePageBlobStore.open(new BlobAccount(endpoint, KEY), limits, clock, pause -> {});
    }

    private void answer(int status, String code, String... header) {
        behaviour = exchange -> {
            exchange.getResponseHeaders().set("x-ms-error-code", code);
            exchange.getResponseHeaders().set("x-ms-request-id", "1");
            for (int i = 0; i < header.length; i += 2) {
                exchange.getResponseHeaders().set(header[i], header[i + 1]);
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        };
    }

    private void neverAnswer() {
        behaviour = exchange -> {
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    @Test
    void aCallToASilentServiceEndsWithItsTimeLimit() {
        neverAnswer();
        PageBlobStore store = store(CallLimits.DEFAULT, InstantSource.system()).within(Duration.ofMillis(700));
        Instant start = Instant.now();
        assertThatThrownBy(() -> store.properties(DISK))
                .isInstanceOfSatisfying(BlobException.Unavailable.class, e -> assertThat(e.outcomeKnown()).isTrue())
                .hasMessageContaining("no answer within the time limit");
        assertThatThrownBy(() -> store.raiseSequenceNumber(DISK, 1, Optional.empty()))
                .isInstanceOfSatisfying(BlobException.Unavailable.class, e -> assertThat(e.outcomeKnown()).isFalse());
        assertThatThrownBy(store::probe).isInstanceOf(BlobException.Unavailable.class);
        assertThatThrownBy(() -> store.list(DISK.container(), Listing.ofPrefix(""))).isInstanceOf(BlobException.Unavailable.class);
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofMillis(4 * (700 + 1000)));
    }

    @Test
    void aSilentTryIsFollowedByAnother() {
        neverAnswer();
        CallLimits limits = new CallLimits(Duration.ofSeconds(10), Duration.ofMillis(300), 3, Duration.ofMillis(1));
        assertThatThrownBy(() -> store(limits, InstantSource.system()).properties(DISK)).isInstanceOf(BlobException.Unavailable.class);
        assertThat(requests).containsExactly("HEAD", "HEAD", "HEAD");
    }

    @Test
    void aBusyServiceIsAskedAgainThenReported() {
        answer(503, "ServerBusy", "Retry-After", "2");
        assertThatThrownBy(() -> store(CallLimits.DEFAULT, InstantSource.system()).properties(DISK))
                .isInstanceOfSatisfying(BlobException.Throttled.class, e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(2)));
        assertThat(requests).hasSize(CallLimits.DEFAULT.tries());
    }

    @Test
    void aDenialByAServiceOfAnotherTimeIsAboutTheClock() {
        answer(403, "AuthenticationFailed");
        InstantSource ahead = () -> Instant.now().plus(Duration.ofMinutes(20));
        assertThatThrownBy(() -> store(CallLimits.DEFAULT, ahead).properties(DISK))
                .isInstanceOf(BlobException.ClockSkew.class)
                .hasMessageContaining("ahead of the service's");
        assertThatThrownBy(() -> store(CallLimits.DEFAULT, InstantSource.system()).properties(DISK)).isInstanceOf(BlobException.Denied.class);
    }

    @Test
    void anAccountThatTakesHttpsOnlySaysSo() {
        answer(400, "AccountRequiresHttps");
        assertThatThrownBy(() -> store(CallLimits.DEFAULT, InstantSource.system()).properties(DISK)).isInstanceOf(BlobException.NeedsHttps.class);
        assertThatThrownBy(() -> store(CallLimits.DEFAULT, InstantSource.system()).probe())
                .isInstanceOf(BlobException.NeedsHttps.class)
                .hasMessageContaining("https://");
    }

    @Test
    void aServiceWithoutTlsOnAnHttpsEndpointSaysSo() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                while (!plain.isClosed()) {
                    try (Socket peer = plain.accept()) {
                        peer.getInputStream().read(new byte[1]);
                        peer.getOutputStream().write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
                        peer.getOutputStream().flush();
                        peer.shutdownOutput();
                        peer.getInputStream().readAllBytes();
                    } catch (IOException e) {
                        // The peer gave up, or the test is over.
                    }
                }
            });
            Endpoint https = new Endpoint(true, "127.0.0.1", plain.getLocalPort(), new AccountName("acct"), true);
            PageBlobStore store = AzurePageBlobStore.open(new BlobAccount(https, KEY),
                    new CallLimits(Duration.ofSeconds(10), Duration.ofSeconds(5), 1, Duration.ZERO));
            assertThatThrownBy(() -> store.properties(DISK)).isInstanceOf(BlobException.Unavailable.class).hasMessageContaining("TLS failed");
            assertThatThrownBy(store::probe).isInstanceOf(BlobException.Unavailable.class).hasMessageContaining("TLS failed");
        }
    }

    @Test
    void anAccountWhoseNameDoesNotResolveIsNotFound() {
        PageBlobStore store = AzurePageBlobStore.open(new BlobAccount(Endpoint.parse("https://acct.blob.storage.invalid"), KEY));
        assertThatThrownBy(store::probe).isInstanceOfSatisfying(BlobException.NotFound.class, e ->
                assertThat(e.missing()).isEqualTo(BlobException.NotFound.Missing.ACCOUNT));
        assertThatThrownBy(() -> store.properties(DISK)).isInstanceOf(BlobException.NotFound.class).hasMessageContaining("resolved");
    }

    @Test
    void anIdentityWithoutATokenIsDeniedAndSaysWhatToCheck() {
        EntraTokens tokens = EntraTokens.ofWorkload(Optional.of("client"), Optional.of("tenant"), Optional.of(Path.of("no-such-file")));
        PageBlobStore store = AzurePageBlobStore.open(new BlobAccount(
                Endpoint.parse("https://acct.blob.storage.invalid"), new Credentials.Token(tokens)));
        assertThatThrownBy(() -> store.properties(DISK))
                .isInstanceOf(BlobException.Denied.class)
                .hasMessageContaining("workload identity got no token");
    }
}
