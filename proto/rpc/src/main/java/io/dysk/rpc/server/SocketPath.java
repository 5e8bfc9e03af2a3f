package io.dysk.rpc.server;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where a CSI socket is. CSI wants its name to end in {@code .sock}, so that nothing else is taken for one and removed.
 *
 * @param path absolute
 */
public record SocketPath(Path path) {
    /** A socket's address has 108 bytes, the last of them zero. */
    private static final int LONGEST = 107;
    /** The name that it has at first; see {@link #draft()}. */
    private static final int DRAFT_NAME = ".12345.sock".length();

    /** @throws IllegalArgumentException if it can't be one, and why */
    public SocketPath {
        if (!path.isAbsolute() || !path.getFileName().toString().endsWith(".sock")) {
            throw new IllegalArgumentException("'" + path + "' must be an absolute path that ends in .sock, as unix:///csi/csi.sock");
        }
        int bytes = bytes(path.getParent()) + 1 + Math.max(bytes(path.getFileName()), DRAFT_NAME);
        if (bytes > LONGEST) {
            throw new IllegalArgumentException("'" + path + "' is " + (bytes - LONGEST) + " bytes too long for a socket; choose a shorter path");
        }
    }

    /**
     * Reads an endpoint: {@code unix:///csi/csi.sock}, or the path alone.
     *
     * @throws IllegalArgumentException if it can't be one, and why
     */
    public static SocketPath parse(String endpoint) {
        String path = endpoint.startsWith("unix:") ? endpoint.substring("unix:".length()).replaceFirst("^//", "") : endpoint;
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("'" + endpoint + "' is no unix socket: unix:///csi/csi.sock is one; CSI knows no other kind");
        }
        return new SocketPath(Path.of(path).normalize());
    }

    private static int bytes(Path part) {
        return part.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    UnixDomainSocketAddress address() {
        return UnixDomainSocketAddress.of(path);
    }

    /**
     * Makes room for a new socket: makes the folder, and removes a socket that a program left behind.
     *
     * @throws IOException if a program answers on it, or something other than a socket is there
     */
    void claim() throws IOException {
        if (!Files.isDirectory(path.getParent())) {
            Files.createDirectories(path.getParent(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isOther()) {
            throw new IOException(path + " is there and is no socket; remove it, or give another --endpoint");
        }
        if (answers()) {
            throw new IOException("another program answers on " + path + "; stop it first, or give another --endpoint");
        }
        Files.deleteIfExists(path);
    }

    private boolean answers() {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(address());
        } catch (IOException e) {
            return false;
        }
    }

    /** The name under which it is bound, before it has its mode and its own name. */
    SocketPath draft() {
        return new SocketPath(path.resolveSibling("." + Long.toString(ProcessHandle.current().pid(), 36) + ".sock"));
    }

    /** Gives the draft its mode, its owner's only, and then its name: nobody ever finds it with another mode. */
    void publish(SocketPath draft) throws IOException {
        Files.setPosixFilePermissions(draft.path(), PosixFilePermissions.fromString("rw-------"));
        Files.move(draft.path(), path, StandardCopyOption.ATOMIC_MOVE);
    }

    /** What tells this socket from a later one of the same name; null if there is none. */
    Object identity() {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
        } catch (IOException e) {
            return null;
        }
    }

    /** Removes it, unless it is another one by now. */
    void remove(Object identity) throws IOException {
        if (identity != null && identity.equals(identity())) {
            Files.deleteIfExists(path);
        }
    }

    @Override
    public String toString() {
        return "unix://" + path;
    }
}
