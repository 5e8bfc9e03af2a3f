package io.dysk.kernelsuite.image;

import io.dysk.vm.VmSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assumptions;

/** Brings what {@code test-e2e/images} prepared: the image's files, the kernel's headers, modules of other versions. */
final class BuiltImage implements UnaryOperator<VmSpec> {
    BuiltImage() {}

    @Override
    public VmSpec apply(VmSpec spec) {
        Path prepared = Path.of(System.getProperty("dysk.images", "none"));
        Assumptions.assumeTrue(Files.exists(prepared.resolve("root.tar")), "there is no image: test-e2e/images/run builds it");
        return spec.withFile("/payload", prepared);
    }
}
