package io.dysk.rpc.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** An authority and two certificates of it, made by the JDK's keytool. */
record Certificates(TlsFiles server, TlsFiles client) {
    private static final String PASSWORD = "changeit";

    static Certificates make(Path folder) throws Exception {
        keytool(folder, "-genkeypair", "-keyalg", "EC", "-validity", "2", "-alias", "authority", "-dname", "CN=authority", "-ext", "bc:c");
        return new Certificates(one(folder, "server", "-ext", "san=dns:localhost"), one(folder, "client"));
    }

    private static TlsFiles one(Path folder, String name, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("-genkeypair", "-keyalg", "EC", "-validity", "2", "-alias", name, "-dname",
                "CN=" + name, "-signer", "authority"));
        arguments.addAll(List.of(more));
        keytool(folder, arguments.toArray(String[]::new));
        KeyStore store = KeyStore.getInstance(folder.resolve("store").toFile(), PASSWORD.toCharArray());
        return new TlsFiles(
                pem(folder.resolve(name + ".crt"), "CERTIFICATE", store.getCertificate(name).getEncoded()),
                pem(folder.resolve(name + ".key"), "PRIVATE KEY", store.getKey(name, PASSWORD.toCharArray()).getEncoded()),
                pem(folder.resolve("ca.crt"), "CERTIFICATE", store.getCertificate("authority").getEncoded()));
    }

    /** The server's certificate anew, for its key and another host. */
    void renewServer(String host) throws Exception {
        Path folder = server.certificate().getParent();
        Path request = folder.resolve("server.csr");
        Path answer = folder.resolve("server.new");
        keytool(folder, "-certreq", "-alias", "server", "-file", request.toString());
        keytool(folder, "-gencert", "-alias", "authority", "-infile", request.toString(), "-outfile", answer.toString(), "-rfc", "-validity", "2", "-ext",
                "san=dns:" + host);
        Files.move(answer, server.certificate(), StandardCopyOption.REPLACE_EXISTING);
    }

    /** Puts these in the place of others. */
    void replace(Certificates before) throws IOException {
        replace(client, before.client);
        replace(server, before.server);
    }

    private static void replace(TlsFiles files, TlsFiles before) throws IOException {
        Files.copy(files.certificate(), before.certificate(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(files.key(), before.key(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(files.authority(), before.authority(), StandardCopyOption.REPLACE_EXISTING);
    }

    private static Path pem(Path file, String type, byte[] content) throws IOException {
        return Files.writeString(file, "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END " + type
                + "-----\n");
    }

    private static void keytool(Path folder, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", folder.resolve("store").toString(), "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IllegalStateException("keytool: " + said);
        }
    }
}
