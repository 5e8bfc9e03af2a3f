package io.dysk.rpc.server;

import io.grpc.ChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The certificates of one side, as Kubernetes secrets hold them. They are read again when they change.
 *
 * @param certificate PEM, with its chain ({@code tls.crt})
 * @param key PEM, PKCS 8 ({@code tls.key})
 * @param authority PEM: the other side's certificate must come from it ({@code ca.crt})
 */
public record TlsFiles(Path certificate, Path key, Path authority) {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);
    private static final Logger LOG = Logger.getLogger(TlsFiles.class.getName());

    /**
     * Reads them.
     *
     * @throws IOException if one is missing or can't be, naming the file
     */
    public Loaded load() throws IOException {
        ServerLibrary.prepare();
        for (Path file : files()) {
            if (!Files.isReadable(file)) {
                throw new IOException(file + " can't be read; certificate, key and authority are needed for TLS");
            }
        }
        Loaded loaded = new Loaded(this);
        loaded.take(texts());
        loaded.watch();
        return loaded;
    }

    private List<Path> files() {
        return List.of(certificate, key, authority);
    }

    private List<String> texts() throws IOException {
        List<String> texts = new ArrayList<>();
        for (Path file : files()) {
            texts.add(Files.readString(file, StandardCharsets.ISO_8859_1));
        }
        return texts;
    }

    /** Read, and watched until closed. Connections that are open keep what they began with. */
    public static final class Loaded implements AutoCloseable {
        private final TlsFiles files;
        private final AdvancedTlsX509KeyManager own = new AdvancedTlsX509KeyManager();
        private final AdvancedTlsX509TrustManager others;
        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "certificates");
            thread.setDaemon(true);
            return thread;
        });
        private List<String> taken = List.of();

        private Loaded(TlsFiles files) throws IOException {
            this.files = files;
            try {
                others = AdvancedTlsX509TrustManager.newBuilder().build();
            } catch (GeneralSecurityException e) {
                throw new IOException("this Java runtime has no TLS", e);
            }
        }

        /**
         * The files are compared by what is in them: a certificate that was renewed for the same key counts, and so does one that was
         * replaced between two reads here.
         */
        private void look() {
            try {
                List<String> texts = files.texts();
                if (!texts.equals(taken)) {
                    take(texts);
                    LOG.info(() -> "new certificates taken from " + files.certificate + " and " + files.authority);
                }
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.WARNING, "the certificates before are used on: " + e.getMessage());
            }
        }

        private void take(List<String> texts) throws IOException {
            try {
                own.updateIdentityCredentials(files.certificate.toFile(), files.key.toFile());
                others.updateTrustCredentials(files.authority.toFile());
                taken = texts;
            } catch (IOException | GeneralSecurityException | RuntimeException e) {
                throw new IOException(files.certificate + ", " + files.key + ", " + files.authority + " are no PEM certificate, PKCS 8 key and authority: "
                        + e.getClass().getSimpleName(), e);
            }
        }

        private void watch() {
            clock.scheduleWithFixedDelay(this::look, BETWEEN_LOOKS.toMillis(), BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
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
