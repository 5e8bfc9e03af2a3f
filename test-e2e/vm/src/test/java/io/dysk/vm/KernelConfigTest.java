package io.dysk.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
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
    void whatNeedsAFastKernelIsLeftOutOnACheckingOneAndSaysWhy() {
        ConditionEvaluationResult checking = NeedsFastKernel.Condition.on("debug", new KernelConfig(Set.of("KASAN")), "it compares times");
        ConditionEvaluationResult other = NeedsFastKernel.Condition.on("6.1", new KernelConfig(Set.of("SMP")), "it compares times");

        assertThat(checking.isDisabled()).isTrue();
        assertThat(checking.getReason()).hasValue("kernel debug is slow: it compares times");
        assertThat(other.isDisabled()).isFalse();
    }

    @Test
    void anUnknownKernelIsAnErrorThatSaysWhatToDo(@TempDir Path directory) {
        assertThatThrownBy(() -> KernelConfig.read(directory.resolve("4.4/config"))).isInstanceOf(VmException.class)
                .hasMessageContaining("test-e2e/setup --kernels 4.4");
    }
}
