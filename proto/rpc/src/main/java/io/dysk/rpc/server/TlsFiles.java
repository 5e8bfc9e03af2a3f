package io.dysk.rpc.server;

import io.grpc.ChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The certificates of one side, as Kubernetes secrets hold them. They are read again when they change.
 *
 * @param certificate PEM, with its chain ({@code tls.crt})
 * @param key PEM, PKCS 8 ({@code tls.key})
 * @param authority PEM: the other side's certificate must come from it ({@code ca.crt})
 */
public record TlsFiles(Path certificate, Path key, Path authority) {
    private static final long MINUTES_BETWEEN_LOOKS = 1;

    /**
     * Reads them.
     *
     * @throws IOException if one is missing or can't be, naming the file
     */
    public Loaded load() throws IOException {
        for (Path file : new Path[] {certificate, key, authority}) {
            if (!Files.isReadable(file)) {
                throw new IOException(file + " can't be read; certificate, key and authority are needed for TLS");
            }
        }
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "certificates");
            thread.setDaemon(true);
            return thread;
        });
        try {
            AdvancedTlsX509KeyManager own = new AdvancedTlsX509KeyManager();
            own.updateIdentityCredentials(certificate.toFile(), key.toFile(), MINUTES_BETWEEN_LOOKS, TimeUnit.MINUTES, clock);
            AdvancedTlsX509TrustManager others = AdvancedTlsX509TrustManager.newBuilder().build();
            others.updateTrustCredentials(authority.toFile(), MINUTES_BETWEEN_LOOKS, TimeUnit.MINUTES, clock);
            return new Loaded(own, others, clock);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            clock.shutdownNow();
            throw new IOException(certificate + ", " + key + ", " + authority + " are no PEM certificate, PKCS 8 key and authority: "
                    + e.getClass().getSimpleName(), e);
        }
    }

    /** Read, and watched until closed. */
    public static final class Loaded implements AutoCloseable {
        private final AdvancedTlsX509KeyManager own;
        private final AdvancedTlsX509TrustManager others;
        private final ScheduledExecutorService clock;

        private Loaded(AdvancedTlsX509KeyManager own, AdvancedTlsX509TrustManager others, ScheduledExecutorService clock) {
            this.own = own;
            this.others = others;
            this.clock = clock;
        }

        ServerCredentials serverCredentials() {
            return TlsServerCredentials.newBuilder().keyManager(own).trustManager(others)
                    .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE).build();
        }

        /** For a channel to a server of ours. */
        public ChannelCredentials channelCredentials() {
            return TlsChannelCredentials.newBuilder().keyManager(own).trustManager(others).build();
        }

        @Override
        public void close() {
            clock.shutdownNow();
        }
    }
}
