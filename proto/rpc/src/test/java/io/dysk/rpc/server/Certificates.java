package io.dysk.rpc.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** An authority and two certificates of it, made by the JDK's keytool. */
record Certificates(TlsFiles server, TlsFiles client) {
    private static final String PASSWORD = "changeit";

    static Certificates make(Path folder) throws Exception {
        keytool(folder, "-genkeypair", "-alias", "authority", "-dname", "CN=authority", "-ext", "bc:c");
        return new Certificates(one(folder, "server", "-ext", "san=dns:localhost"), one(folder, "client"));
    }

    private static TlsFiles one(Path folder, String name, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("-genkeypair", "-alias", name, "-dname", "CN=" + name, "-signer", "authority"));
        arguments.addAll(List.of(more));
        keytool(folder, arguments.toArray(String[]::new));
        KeyStore store = KeyStore.getInstance(folder.resolve("store").toFile(), PASSWORD.toCharArray());
        return new TlsFiles(
                pem(folder.resolve(name + ".crt"), "CERTIFICATE", store.getCertificate(name).getEncoded()),
                pem(folder.resolve(name + ".key"), "PRIVATE KEY", store.getKey(name, PASSWORD.toCharArray()).getEncoded()),
                pem(folder.resolve("ca.crt"), "CERTIFICATE", store.getCertificate("authority").getEncoded()));
    }

    private static Path pem(Path file, String type, byte[] content) throws IOException {
        return Files.writeString(file, "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END " + type
                + "-----\n");
    }

    private static void keytool(Path folder, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keyalg", "EC", "-keystore", folder.resolve("store").toString(), "-storepass", PASSWORD, "-validity", "2"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IllegalStateException("keytool: " + said);
        }
    }
}
