package io.dysk.csisuite;

import io.dysk.rpc.server.TlsFiles;
import io.dysk.vm.VirtualMachine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The controller's service for nodes, with certificates of its own for both sides, at a port at which it comes back. */
final class AccessService {
    private static final String CERTIFICATES = "/etc/csi-dysk/access/";

    private final TlsFiles ofController;
    private final TlsFiles ofNodes;
    private final int port;

    private AccessService(TlsFiles ofController, TlsFiles ofNodes, int port) {
        this.ofController = ofController;
        this.ofNodes = ofNodes;
        this.port = port;
    }

    /** @param folder where its certificates come */
    static AccessService make(Path folder) throws IOException {
        Authority authority = Authority.make(folder.resolve("authority"));
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new AccessService(authority.issue("controller", "DNS:" + Storage.HOST, "DNS:localhost"), authority.issue("node"), any.getLocalPort());
        }
    }

    /** With which a controller serves it, and more. */
    String[] controllerOptions(String... more) {
        return Stream.concat(Stream.of("--access-address", "127.0.0.1:" + port, "--tls-cert", ofController.certificate().toString(),
                "--tls-key", ofController.key().toString(), "--tls-ca", ofController.authority().toString()), List.of(more).stream())
                .toArray(String[]::new);
    }

    /** With which a node plugin in this machine finds it; gives the machine its certificates. */
    String nodeOptions(VirtualMachine vm) throws IOException {
        vm.output("mkdir -p " + CERTIFICATES);
        vm.put(ofNodes.certificate(), CERTIFICATES + "tls.crt");
        vm.put(ofNodes.key(), CERTIFICATES + "tls.key");
        vm.put(ofNodes.authority(), CERTIFICATES + "ca.crt");
        return "--access-endpoint " + Storage.HOST + ":" + port;
    }
}
