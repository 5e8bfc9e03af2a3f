package io.dysk.kernelsuite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Our own programs for the guests, compiled when they are first needed. */
public final class Tools {
    private Tools() {
    }

    /** A static program, on the host. */
    public static Path program(String name) {
        made("build-tools");
        return folder().resolve("target/tools").resolve(name);
    }

    /** Runs a script of this folder that makes something, and gives what it prints last: where that is. */
    static Path made(String script) {
        try {
            Process build = new ProcessBuilder(folder().resolve(script).toString()).redirectErrorStream(true).start();
            String said = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (build.waitFor() != 0) {
                throw new AssertionError(script + " failed:\n" + said);
            }
            return Path.of(said.lines().toList().getLast());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + script, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static Path folder() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path here = at.resolve("test-e2e/kernel");
            if (Files.exists(here.resolve("build-tools"))) {
                return here;
            }
        }
        throw new AssertionError("not in the source tree: " + Path.of("").toAbsolutePath());
    }
}
