package io.dysk.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BlockDeviceTest {

    private static final Path PATH = Path.of("/dev/dysk7");

    private final FakeLibC libc = new FakeLibC();

    @Test
    void aClaimedDeviceIsSeenAndNotAnError() {
        libc.openResult = -Errno.EBUSY.number();
        assertThat(BlockDevice.isClaimed(libc, PATH)).isTrue();
        assertThatThrownBy(() -> BlockDevice.open(libc, PATH, BlockDevice.Access.EXCLUSIVE))
                .hasMessageContaining("in use");
    }

    @Test
    void aDeviceThatCannotBeOpenedIsNotTakenForFree() {
        libc.openResult = -Errno.EIO.number();
        assertThatThrownBy(() -> BlockDevice.isClaimed(libc, PATH)).isInstanceOf(SystemCallException.class);
    }

    @Test
    void lookingAtAFreeDeviceLeavesItClosed() {
        assertThat(BlockDevice.isClaimed(libc, PATH)).isFalse();
        assertThat(libc.openDescriptors()).isZero();
    }

    @Test
    void sizesAndRangesAreInBytes() {
        libc.ioctls.put(BlockDevice.BLKGETSIZE64, m -> set(() -> m.putLong(0, 1L << 43)));
        libc.ioctls.put(BlockDevice.BLKSSZGET, m -> set(() -> m.putInt(0, 512)));
        libc.ioctls.put(BlockDevice.BLKPBSZGET, m -> set(() -> m.putInt(0, 4096)));
        libc.ioctls.put(BlockDevice.BLKROGET, m -> set(() -> m.putInt(0, 1)));
        libc.ioctls.put(BlockDevice.BLKFLSBUF, m -> 0);
        libc.ioctls.put(BlockDevice.BLKROSET, m -> m.getInt(0) == 1 ? 0 : -Errno.EINVAL.number());
        libc.ioctls.put(
                BlockDevice.BLKDISCARD,
                m -> m.getLong(0) == 4096 && m.getLong(8) == 8192 ? 0 : -Errno.EINVAL.number());
        try (BlockDevice device = BlockDevice.open(libc, PATH, BlockDevice.Access.WRITE)) {
            assertThat(device.sizeBytes()).isEqualTo(1L << 43);
            assertThat(device.logicalSectorBytes()).isEqualTo(512);
            assertThat(device.physicalSectorBytes()).isEqualTo(4096);
            assertThat(device.readOnly()).isTrue();
            device.setReadOnly(true);
            device.discard(4096, 8192);
            device.flush();
            assertThatThrownBy(() -> device.zeroOut(0, 512)).hasMessageContaining("zero out /dev/dysk7");
        }
        assertThat(libc.openDescriptors()).isZero();
    }

    private static int set(Runnable store) {
        store.run();
        return 0;
    }
}
