package io.dysk.node.volume;

import io.dysk.rpc.call.RpcFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * A path that the caller gives. Folders above it may be symbolic links, as when /var/lib/kubelet is one; they are resolved, since the
 * mount table has resolved paths. The path itself must not be one: what is made or mounted there would be somewhere else.
 */
public final class VolumePath {
    private static final int MAX_BYTES = 4095;

    private VolumePath() {}

    /**
     * Reads a path.
     *
     * @param field its name in the request
     * @return with all folders above it resolved, as far as they exist
     * @throws RpcFailure INVALID_ARGUMENT if it is missing, not absolute, has {@code ..} in it, or is a symbolic link
     */
    public static Path of(String field, String text) {
        if (text.isEmpty()) {
            throw RpcFailure.invalidArgument("'" + field + "' is missing");
        }
        Path path = parse(field, text);
        if (Files.isSymbolicLink(path)) {
            throw RpcFailure.invalidArgument("'" + field + "' " + path + " is a symbolic link: give the path that it leads to");
        }
        return resolved(path);
    }

    /**
     * Reads a path at which a volume is said to be. One that isn't absolute is no mistake in form but a place where nothing is.
     *
     * @throws RpcFailure INVALID_ARGUMENT as {@link #of}, NOT_FOUND if it isn't absolute
     */
    public static Path ofVolume(String field, String text) {
        if (!text.isEmpty() && !text.startsWith("/")) {
            throw RpcFailure.notFound("it is not at " + text + ": '" + field + "' must be an absolute path");
        }
        return of(field, text);
    }

    private static Path parse(String field, String text) {
        try {
            Path path = Path.of(text);
            if (path.isAbsolute() && path.getNameCount() > 0 && text.length() <= MAX_BYTES && noDots(path)) {
                return path;
            }
        } catch (InvalidPathException e) {
            // Said below.
        }
        throw RpcFailure.invalidArgument("'" + field + "' must be an absolute path without '.' and '..', and not the root");
    }

    private static boolean noDots(Path path) {
        for (Path name : path) {
            if (name.toString().equals("..") || name.toString().equals(".")) {
                return false;
            }
        }
        return true;
    }

    /** Resolves the folder that is there; the names below it, which aren't, stay. Never looks at the path itself: it may be dead. */
    private static Path resolved(Path path) {
        Path folder = path.getParent();
        Path rest = path.getFileName();
        while (folder.getParent() != null && !Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            rest = folder.getFileName().resolve(rest);
            folder = folder.getParent();
        }
        try {
            return folder.toRealPath().resolve(rest);
        } catch (IOException e) {
            throw RpcFailure.internal(folder + " can't be resolved: " + e.getMessage());
        }
    }
}
