package io.dysk.kernelsuite.crash;

import io.dysk.blob.AccountName;
import io.dysk.blob.AzurePageBlobStore;
import io.dysk.blob.BlobAccount;
import io.dysk.blob.BlobAddress;
import io.dysk.blob.ContainerName;
import io.dysk.blob.Credentials;
import io.dysk.blob.LeaseHolder;
import io.dysk.blob.LeaseId;
import io.dysk.blob.NewPageBlob;
import io.dysk.blob.PageBlobStore;
import io.dysk.blobserver.BlobServer;
import io.dysk.blobserver.BlobServerConfig;
import io.dysk.blobserver.BlobServerMain;
import io.dysk.kernelsuite.AttachSpec;
import io.dysk.kernelsuite.Credential;
import io.dysk.kernelsuite.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A storage account in a process of its own, which can be killed and started again at the same address. It keeps blobs in a directory,
 * and answers a change when the disk has it.
 */
final class EndpointProcess implements AutoCloseable {
    private final Path directory;
    private final String key;
    private final int port;
    private Process process;

    private EndpointProcess(Path directory) throws IOException {
        this.directory = directory;
        byte[] bytes = new byte[64];
        new SecureRandom().nextBytes(bytes);
        this.key = Base64.getEncoder().encodeToString(bytes);
        this.port = run(0);
    }

    /** Starts one with an own key that nothing else contains. */
    static EndpointProcess start(Path directory) {
        try {
            EndpointProcess endpoint = new EndpointProcess(directory);
            endpoint.store().createContainer(new ContainerName(Endpoint.CONTAINER));
            return endpoint;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the blob server", e);
        }
    }

    /** Gives the port on which it answers. */
    private int run(int wantedPort) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("java.class.path"), BlobServerMain.class.getName(),
                "--port", Integer.toString(wantedPort), "--account", Endpoint.ACCOUNT,
                "--directory", directory.toString(), "--sync"))).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("BLOB_SERVER_KEY", key);
        process = builder.start();
        BufferedReader output = process.inputReader();
        String line = output.readLine();
        if (line == null || !line.startsWith("ready ")) {
            process.destroyForcibly();
            throw new IOException("the server did not start: " + line);
        }
        return Integer.parseInt(line.substring("ready ".length()));
    }

    /** SIGKILL. Returns when it is gone. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Starts it again where it was; returns when it answers. */
    void restart() {
        try {
            run(port);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the blob server again", e);
        }
    }

    /** Makes a blob of zeros, leased for ever, and says how to attach it. */
    AttachSpec create(String name, long bytes) {
        BlobAddress address = BlobAddress.of(Endpoint.CONTAINER, name);
        LeaseId lease = new LeaseId(UUID.randomUUID());
        store().create(address, NewPageBlob.raw(bytes));
        store().acquireLease(address, new LeaseHolder("owner", lease));
        return new AttachSpec(Map.of(), Credential.key(key)).at(Endpoint.GUEST_ADDRESS).with("port", port)
                .with("host", Endpoint.GUEST_ADDRESS + ":" + port).with("path", 1).with("account", Endpoint.ACCOUNT)
                .with("container", Endpoint.CONTAINER).with("blob", name).with("lease", lease);
    }

    private PageBlobStore store() {
        AccountName account = new AccountName(Endpoint.ACCOUNT);
        return AzurePageBlobStore.open(new BlobAccount(new io.dysk.blob.Endpoint(false, "127.0.0.1", port, account, true),
                new Credentials.SharedKey(account, key)));
    }

    /** A server in this process that reads what the killed one left in the directory. The process must not run. */
    BlobServer inspect() throws IOException {
        return BlobServer.start(BlobServerConfig.defaults().withAccounts(Map.of(Endpoint.ACCOUNT, key)).withDirectory(directory, false));
    }

    @Override
    public void close() {
        kill();
    }
}
