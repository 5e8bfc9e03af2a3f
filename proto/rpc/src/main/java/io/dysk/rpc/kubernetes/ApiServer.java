package io.dysk.rpc.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The Kubernetes API as a pod reaches it: the address from its environment, authority and token from the folder of its service account. The
 * token is read for each request, since kubelet replaces it. Safe for use by many threads.
 *
 * <p>Source: <a href="https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/">Accessing the Kubernetes API from a Pod</a>.
 */
public final class ApiServer implements KubernetesObjects, AutoCloseable {
    private static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final URI base;
    private final Path token;
    private final HttpClient client;

    /**
     * @param base such as https://10.0.0.1:443
     * @param serviceAccount folder with {@code ca.crt} and {@code token}
     * @throws IOException if the authority can't be read
     */
    public ApiServer(URI base, Path serviceAccount) throws IOException {
        this.base = base;
        token = serviceAccount.resolve("token");
        client = HttpClient.newBuilder().connectTimeout(LIMIT).version(HttpClient.Version.HTTP_1_1).sslContext(trusting(serviceAccount.resolve("ca.crt")))
                .build();
    }

    /** @throws IOException if this isn't a pod with a service account, and what is missing */
    public static ApiServer ofPod(Map<String, String> environment) throws IOException {
        String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
        String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
        if (host.isEmpty()) {
            throw new IOException("KUBERNETES_SERVICE_HOST is not set, so this is no pod of Kubernetes");
        }
        return new ApiServer(URI.create("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port), SERVICE_ACCOUNT);
    }

    private static SSLContext trusting(Path authority) throws IOException {
        try (InputStream file = Files.newInputStream(authority)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
                trusted.setCertificateEntry("authority" + trusted.size(), certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IOException("the service account's " + authority + " can't be read (" + e.getClass().getSimpleName() + "): is"
                    + " automountServiceAccountToken off?", e);
        }
    }

    @Override
    public Optional<String> get(String path) throws IOException {
        HttpResponse<String> response = send(request(path).GET(), "get " + path);
        return response.statusCode() == 404 ? Optional.empty() : Optional.of(accepted(response, "get " + path).body());
    }

    /**
     * Changes an object by a JSON patch (RFC 6902), all of it or nothing.
     *
     * @throws IOException if it can't be asked or refuses, also if a test in the patch doesn't hold
     */
    public void patch(String path, String patch) throws IOException {
        accepted(send(request(path).header("Content-Type", "application/json-patch+json").method("PATCH", HttpRequest.BodyPublishers.ofString(patch)),
                "patch " + path), "patch " + path);
    }

    private HttpRequest.Builder request(String path) throws IOException {
        return HttpRequest.newBuilder(base.resolve(path)).timeout(LIMIT).header("Accept", "application/json")
                .header("Authorization", "Bearer " + Files.readString(token).strip());
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String what) throws IOException {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(what + ": the program ends", e);
        }
    }

    private static HttpResponse<String> accepted(HttpResponse<String> response, String what) throws IOException {
        int status = response.statusCode();
        if (status / 100 != 2) {
            throw new IOException(what + " is answered with " + status
                    + (status == 401 || status == 403 ? ": the service account of this pod has no right to it" : ""));
        }
        return response;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
