package io.dysk.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever a call runs into, and however much is logged, no secret comes out. */
final class SecretsStayInsideTest {
    private static final String KEY = "c2VjcmV0LWtleS1vZi10aGUtYWNjb3VudA==";
    private static final String SIGNATURE = "S3cretS1gnature";
    private static final BlobAddress DISK = BlobAddress.of("disks", "a");
    private static final BlobAddress SOURCE = BlobAddress.of("disks", "b");
    private static final LeaseHolder HOLDER = new LeaseHolder("node-a", LeaseId.ofWriter("v", "n"));
    private static final CallLimits LIMITS = new CallLimits(Duration.ofSeconds(5), Duration.ofSeconds(1), 2, Duration.ofMillis(1));

    private final Queue<LogRecord> logged = new ConcurrentLinkedQueue<>();
    private final Logger root = Logger.getLogger("");
    private final Level before = root.getLevel();
    private final Handler everything = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            logged.add(entry);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listenToEverything() {
        everything.setLevel(Level.ALL);
        root.setLevel(Level.ALL);
        root.addHandler(everything);
    }

    @AfterEach
    void listenNoMore() {
        root.removeHandler(everything);
        root.setLevel(before);
    }

    private static List<Consumer<PageBlobStore>> everyCall() {
        return List.of(
                PageBlobStore::probe,
                s -> s.createContainer(DISK.container()),
                s -> s.create(DISK, NewPageBlob.vhd(1 << 20)),
                s -> s.properties(DISK),
                s -> s.resize(DISK, Resize.growTo(512)),
                s -> s.setMetadata(DISK, Map.of("a", "1"), Optional.empty()),
                s -> s.delete(DISK, Deletion.ofBlob()),
                s -> s.list(DISK.container(), Listing.ofPrefix("")),
                s -> s.acquireLease(DISK, HOLDER),
                s -> s.transferLease(DISK, LeaseId.ofReaders("v"), HOLDER),
                s -> s.releaseLease(DISK, HOLDER.lease()),
                s -> s.breakLease(DISK, Optional.empty()),
                s -> s.leaseHolder(DISK),
                s -> s.raiseSequenceNumber(DISK, 1, Optional.empty()),
                s -> s.volumeContainers(),
                s -> s.changeMetadata(DISK, metadata -> Map.of("a", "1"), Optional.empty()),
                s -> s.setTier(DISK, "P10"),
                s -> s.setTags(DISK, Map.of("a", "1"), Optional.empty()),
                s -> s.tags(DISK),
                s -> s.startCopy(DISK, CopySource.ofBlob(SOURCE), Map.of()),
                s -> s.startCopy(DISK, ofOtherAccount(s.endpoint()), Map.of()),
                s -> s.abortCopy(DISK, "0"),
                s -> s.createSnapshot(DISK, "one"),
                s -> s.createSnapshot(DISK, "one", Map.of("a", "1")),
                s -> s.snapshots(DISK),
                s -> s.pageRanges(DISK, RangeQuery.ofWindow(0, 512)));
    }

    private static CopySource ofOtherAccount(Endpoint endpoint) {
        return new CopySource(SOURCE, Optional.empty(), Optional.of(new CopySource.OtherAccount(
                endpoint, new Credentials.Sas("sv=2023-11-03&sp=r&sig=" + SIGNATURE))));
    }

    private void nothingComesOutOf(Endpoint endpoint) {
        for (Credentials credentials : List.of(
                new Credentials.SharedKey(endpoint.account(), KEY), new Credentials.Sas("sv=2023-11-03&sp=rw&sig=" + SIGNATURE))) {
            PageBlobStore store = AzurePageBlobStore.open(new BlobAccount(endpoint, credentials), LIMITS);
            for (Consumer<PageBlobStore> call : everyCall()) {
                Throwable thrown = catchThrowable(() -> call.accept(store));
                if (thrown != null) {
                    assertThat(thrown).isInstanceOf(BlobException.class);
                    assertClean("thrown", trace(thrown));
                }
            }
        }
        assertThat(logged).as("the log was listened to").isNotEmpty();
        logged.removeIf(entry -> entry.getLoggerName() != null && entry.getLoggerName().startsWith("com.sun.net.httpserver")); // the other side
        for (LogRecord entry : logged) {
            assertClean("logged by " + entry.getLoggerName(), entry.getMessage() + trace(entry.getThrown()));
            for (Object parameter : entry.getParameters() == null ? new Object[0] : entry.getParameters()) {
                assertClean("logged by " + entry.getLoggerName(), String.valueOf(parameter));
            }
        }
    }

    private static void assertClean(String where, String text) {
        assertThat(text).as(where).doesNotContain(KEY).doesNotContain(SIGNATURE).doesNotContainIgnoringCase("SharedKey acct:");
    }

    private static String trace(Throwable thrown) {
        StringWriter text = new StringWriter();
        if (thrown != null) {
            thrown.printStackTrace(new PrintWriter(text));
        }
        return text.toString();
    }

    @Test
    void whenNobodyListens() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        nothingComesOutOf(new Endpoint(false, "127.0.0.1", port, new AccountName("acct"), true));
    }

    @Test
    void whenTheConnectionIsClosedInsteadOfAnAnswer() throws Exception {
        HttpServer server = server(exchange -> exchange.close());
        nothingComesOutOf(endpoint(server));
        server.stop(0);
    }

    /** Azure explains a refused signature with the string that was signed and the signature it got. */
    @Test
    void whenTheServiceRepeatsTheSignature() throws Exception {
        HttpServer server = server(exchange -> {
            byte[] body = ("<?xml version=\"1.0\"?><Error><Code>AuthenticationFailed</Code><Message>x</Message><AuthenticationErrorDetail>"
                    + exchange.getRequestHeaders().getFirst("Authorization") + " " + exchange.getRequestURI()
                    + "</AuthenticationErrorDetail></Error>").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/xml");
            exchange.getResponseHeaders().set("x-ms-error-code", "AuthenticationFailed");
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(403, head ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        nothingComesOutOf(endpoint(server));
        server.stop(0);
    }

    /** The SAS for the source of a copy is in a header, and what is refused is told with it. */
    @Test
    void whenASourceIsRefused() throws Exception {
        HttpServer server = server(exchange -> {
            exchange.getResponseHeaders().set("x-ms-request-id", "1");
            if (exchange.getRequestMethod().equals("HEAD")) {
                Map.of("x-ms-blob-type", "PageBlob", "ETag", "\"1\"", "Content-Length", "512", "Last-Modified", "Sat, 21 Nov 2026 12:00:00 GMT")
                        .forEach(exchange.getResponseHeaders()::set);
                exchange.sendResponseHeaders(200, -1);
            } else {
                String source = exchange.getRequestHeaders().getFirst("x-ms-copy-source");
                byte[] body = ("<Error><Code>CannotVerifyCopySource</Code><Message>" + source + "</Message></Error>")
                        .getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("x-ms-error-code", "CannotVerifyCopySource");
                exchange.sendResponseHeaders(403, body.length);
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        PageBlobStore store = AzurePageBlobStore.open(
                new BlobAccount(endpoint(server), new Credentials.SharedKey(new AccountName("acct"), KEY)), LIMITS);
        assertThat(catchThrowable(() -> store.startCopy(DISK, ofOtherAccount(endpoint(server)), Map.of())))
                .isInstanceOf(BlobException.Denied.class)
                .hasMessageContaining("may not read the source");
        nothingComesOutOf(endpoint(server));
        server.stop(0);
    }

    /** Nor may it be taken for success: something between us and the service may answer 200 to everything. */
    @Test
    void whenTheAnswerIsNoBlobServices() throws Exception {
        HttpServer server = server(exchange -> {
            byte[] body = ("hello " + exchange.getRequestURI()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, exchange.getRequestMethod().equals("HEAD") ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        nothingComesOutOf(endpoint(server));
        PageBlobStore store = AzurePageBlobStore.open(
                new BlobAccount(endpoint(server), new Credentials.SharedKey(new AccountName("acct"), KEY)), LIMITS);
        for (Consumer<PageBlobStore> call : everyCall()) {
            assertThat(catchThrowable(() -> call.accept(store))).isInstanceOf(BlobException.Unavailable.class);
        }
        server.stop(0);
    }

    private static HttpServer server(com.sun.net.httpserver.HttpHandler handler) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", handler);
        server.start();
        return server;
    }

    private static Endpoint endpoint(HttpServer server) {
        return new Endpoint(false, "127.0.0.1", server.getAddress().getPort(), new AccountName("acct"), true);
    }
}
