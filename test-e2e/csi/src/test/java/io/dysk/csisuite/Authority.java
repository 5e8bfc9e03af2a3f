package io.dysk.csisuite;

import io.dysk.rpc.server.TlsFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** An authority for certificates, made by openssl. For one thread. */
final class Authority {
    private final Path folder;

    private Authority(Path folder) {
        this.folder = folder;
    }

    /** @param folder made for it, and where its certificates come */
    static Authority make(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("openssl.cnf"), """
                [req]
                distinguished_name = name
                prompt = no
                [name]
                CN = authority
                [authority]
                basicConstraints = critical,CA:TRUE
                subjectKeyIdentifier = hash
                """);
        Authority authority = new Authority(folder);
        authority.certificate("ca", "authority");
        return authority;
    }

    /**
     * A key and its certificate.
     *
     * @param hosts that it is for, as openssl has them: {@code DNS:localhost}
     */
    TlsFiles issue(String name, String... hosts) throws IOException {
        Files.writeString(folder.resolve("openssl.cnf"), "[" + name + "]\nbasicConstraints = CA:FALSE\n"
                + (hosts.length == 0 ? "" : "subjectAltName = " + String.join(",", hosts) + "\n"), StandardOpenOption.APPEND);
        certificate(name, name, "-CA", folder.resolve("ca.crt").toString(), "-CAkey", folder.resolve("ca.key").toString());
        return new TlsFiles(folder.resolve(name + ".crt"), folder.resolve(name + ".key"), folder.resolve("ca.crt"));
    }

    private void certificate(String name, String extensions, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509", "-config", folder.resolve("openssl.cnf").toString(), "-subj", "/CN=" + name,
                "-extensions", extensions, "-days", "2", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-keyout", folder.resolve(name + ".key").toString(), "-out", folder.resolve(name + ".crt").toString()));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("openssl: " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
