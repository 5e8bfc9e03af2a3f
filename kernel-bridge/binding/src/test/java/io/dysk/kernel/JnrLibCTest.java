package io.dysk.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real C library and the real kernel, as far as they need no privileges. */
class JnrLibCTest {

    private static final long FIONREAD = 0x541b;

    private final LibC libc = JnrLibC.get();

    @Test
    void failedCallsReturnTheirErrno(@TempDir Path dir) throws Exception {
        assertThat(libc.open(dir.resolve("none").toString(), LibC.O_RDONLY)).isEqualTo(-Errno.ENOENT.number());
        assertThat(libc.close(1 << 20)).isEqualTo(-Errno.EBADF.number());
        assertThat(libc.mount("none", dir.resolve("none").toString(), "tmpfs", 0, null))
                .isIn(-Errno.ENOENT.number(), -Errno.EPERM.number());
        assertThat(libc.umount2(dir.toString(), UnmountFlag.NO_FOLLOW.value()))
                .isIn(-Errno.EINVAL.number(), -Errno.EPERM.number());
        int fd = libc.open("/dev/null", LibC.O_RDONLY);
        assertThat(fd).isPositive();
        assertThat(libc.ioctl(fd, BlockDevice.BLKGETSIZE64, ByteBuffer.allocateDirect(8)))
                .isEqualTo(-Errno.ENOTTY.number());
        assertThat(libc.ioctl(fd, BlockDevice.BLKFLSBUF)).isEqualTo(-Errno.ENOTTY.number());
        assertThat(libc.ioctl(fd, DyskAbi.IOC_VERSION, VersionStruct.request())).isEqualTo(-Errno.ENOTTY.number());
        assertThat(libc.close(fd)).isZero();
    }

    @Test
    void ioctlsWriteIntoTheirArgument(@TempDir Path dir) throws Exception {
        Path file = Files.write(dir.resolve("file"), new byte[12345]);
        ByteBuffer answer = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
        int fd = libc.open(file.toString(), LibC.O_RDONLY);
        assertThat(libc.ioctl(fd, FIONREAD, answer)).isZero();
        libc.close(fd);
        assertThat(answer.getInt(0)).isEqualTo(12345);
    }

    @Test
    void theAddressIsThatOfTheWholeBuffer() {
        ByteBuffer memory = ByteBuffer.allocateDirect(64);
        long address = libc.address(memory);
        assertThat(address).isNotZero();
        assertThat(libc.address(memory.position(8).limit(16))).isEqualTo(address);
        assertThat(libc.address(memory.clear().slice(8, 8))).isEqualTo(address + 8);
        assertThatThrownBy(() -> libc.address(ByteBuffer.allocate(8))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFileIsNoBlockDevice(@TempDir Path dir) throws Exception {
        Path file = Files.createFile(dir.resolve("file"));
        BlockDevice device = BlockDevice.open(file, BlockDevice.Access.READ);
        assertThatThrownBy(device::sizeBytes)
                .isInstanceOf(SystemCallException.class)
                .hasMessageContaining("not a device of this kind");
        assertThatThrownBy(() -> device.discard(0, 0)).isInstanceOf(IllegalArgumentException.class);
        device.close();
        device.close();
        assertThatThrownBy(device::readOnly).isInstanceOf(IllegalStateException.class);
    }
}
