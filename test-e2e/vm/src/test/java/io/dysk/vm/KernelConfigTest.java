package io.dysk.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelConfigTest {

    @Test
    void onlyWhatIsBuiltInIsThere(@TempDir Path directory) throws IOException {
        KernelConfig config = KernelConfig.read(Files.writeString(directory.resolve("config"),
                "CONFIG_KASAN=y\nCONFIG_TLS=m\n# CONFIG_KCSAN is not set\nCONFIG_HZ=250\n"));

        assertThat(config.builtIn()).containsExactly("KASAN");
        assertThat(config.has("TLS")).isFalse();
    }

    @Test
    void whoWaitsForACheckingKernelWaitsLonger() {
        Duration second = Duration.ofSeconds(1);

        assertThat(new KernelConfig(Set.of("KASAN")).patience(second)).isGreaterThan(second.multipliedBy(4));
        assertThat(new KernelConfig(Set.of("SMP")).patience(second)).isEqualTo(second);
    }

    @Test
    void anUnknownKernelIsAnErrorThatSaysWhatToDo(@TempDir Path directory) {
        assertThatThrownBy(() -> KernelConfig.read(directory.resolve("4.4/config"))).isInstanceOf(VmException.class)
                .hasMessageContaining("test-e2e/setup --kernels 4.4");
    }
}
