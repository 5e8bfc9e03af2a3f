package io.dysk.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparseFileTest {

    private static final long GIB = 1L << 30;

    private final FakeLibC libc = new FakeLibC();

    @Test
    void aFileThatCannotBeOpenedIsAnError() {
        libc.openResult = -Errno.ENOENT.number();
        assertThatThrownBy(() -> SparseFile.extents(libc, Path.of("/gone"))).isInstanceOf(SystemCallException.class);
    }

    @Test
    void aSeekThatFailsIsAnErrorAndTheFileIsClosed() {
        libc.seekResults.add((long) -Errno.EINVAL.number());
        assertThatThrownBy(() -> SparseFile.extents(libc, Path.of("/pipe"))).hasMessageContaining("seek in /pipe");
        assertThat(libc.openDescriptors()).isZero();
    }

    @Test
    void dataIsFoundWhereItWasWritten(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("sparse");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1}), 5 * GIB);
            channel.write(ByteBuffer.wrap(new byte[] {1}), 9 * GIB - 1);
        }
        List<SparseFile.Extent> extents = SparseFile.extents(file);
        assertThat(extents).hasSize(2);
        assertThat(extents.getFirst().offset()).isEqualTo(5 * GIB);
        assertThat(extents.getLast().offset() + extents.getLast().bytes()).isEqualTo(9 * GIB);
    }
}
