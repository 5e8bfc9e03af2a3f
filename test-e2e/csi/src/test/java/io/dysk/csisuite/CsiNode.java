package io.dysk.csisuite;

import io.dysk.vm.VmSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** A machine with our node plugin in it, not started, and a way to it from the host. For {@code @Machine(with = ...)}. */
final class CsiNode implements UnaryOperator<VmSpec> {
    /** Where the plugin's socket is reached from the host. */
    static final int PORT = 9000;

    static final String RELAY = "/usr/local/bin/relay";

    CsiNode() {
    }

    @Override
    public VmSpec apply(VmSpec spec) {
        Path made = Made.FOLDER;
        return spec.withFile("/opt/csi-node", made.resolve("csi-node")).withFile(RELAY, made.resolve("relay"))
                .withFile("/usr/local/bin/dysktool", made.resolve("dysktool")).withForwardedPort(PORT);
    }

    /** Made once, when first needed. */
    private static final class Made {
        static final Path FOLDER = make();

        private static Path make() {
            try {
                Path script = root().resolve("test-e2e/csi/guest-programs");
                Process process = new ProcessBuilder(script.toString()).redirectErrorStream(true).start();
                String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (process.waitFor() != 0) {
                    throw new AssertionError(script + " failed:\n" + said);
                }
                return Path.of(said.lines().toList().getLast());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }

        private static Path root() {
            for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
                if (Files.exists(at.resolve("test-e2e/env.sh"))) {
                    return at;
                }
            }
            throw new AssertionError("not in the source tree: " + Path.of("").toAbsolutePath());
        }
    }
}
