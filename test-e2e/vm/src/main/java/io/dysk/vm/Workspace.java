package io.dysk.vm;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where things are: the same places as {@code test-e2e/env.sh} names. */
public final class Workspace {

    private Workspace() {
    }

    /** The source tree: DYSK_ROOT, or the tree around the working directory. */
    public static Path root() {
        String given = System.getenv("DYSK_ROOT");
        if (given != null) {
            return Path.of(given);
        }
        Path here = Path.of("").toAbsolutePath();
        for (Path directory = here; directory != null; directory = directory.getParent()) {
            if (Files.exists(directory.resolve("test-e2e/env.sh"))) {
                return directory;
            }
        }
        throw new VmException(here + " is not in the source tree: set DYSK_ROOT");
    }

    /** What setup fetched and built. */
    static Path cache() {
        String given = System.getenv("DYSK_CACHE");
        return given != null ? Path.of(given) : Path.of(System.getProperty("user.home"), ".cache/csi-dysk");
    }

    /** The logs of a machine. */
    static Path logs(String machine) {
        return root().resolve("target/vm").resolve(machine);
    }

    /** What {@code build-module} built for a kernel. */
    static Path module(String kernel) {
        return root().resolve("target/module").resolve(kernel);
    }
}
