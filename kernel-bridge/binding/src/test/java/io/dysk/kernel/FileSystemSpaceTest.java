package io.dysk.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSystemSpaceTest {

    private final FakeLibC libc = new FakeLibC();

    @Test
    void aPathThatIsNotThereIsAnError() {
        assertThatThrownBy(() -> FileSystemSpace.of(libc, Path.of("/gone")))
                .isInstanceOf(SystemCallException.class)
                .hasMessageContaining("statfs /gone");
    }

    @Test
    void countsAreInFragments() {
        libc.statfs = answer -> {
            answer.putLong(8, 1 << 20).putLong(16, 100).putLong(24, 60).putLong(32, 50).putLong(40, 7).putLong(48, 5).putLong(72, 4096);
            return 0;
        };
        FileSystemSpace space = FileSystemSpace.of(libc, Path.of("/data"));
        assertThat(space).isEqualTo(new FileSystemSpace(100 * 4096, 60 * 4096, 50 * 4096, 7, 5));
        assertThat(space.usedBytes()).isEqualTo(40 * 4096);
        assertThat(space.usedInodes()).isEqualTo(2);
    }

    @Test
    void theKernelSaysTheSameSizeAsJavaDoes(@TempDir Path folder) throws IOException {
        assertThat(FileSystemSpace.of(folder).totalBytes()).isEqualTo(Files.getFileStore(folder).getTotalSpace());
    }
}
