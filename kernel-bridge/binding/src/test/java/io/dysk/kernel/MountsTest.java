package io.dysk.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MountsTest {

    private static final Path TARGET = Path.of("/mnt/t");

    private final FakeLibC libc = new FakeLibC();
    private final Mounts mounts = new Mounts(
            () -> libc,
            () -> MountTable.parse("90 22 8:1 / /mnt/t rw,nosuid,nodev - ext4 /dev/a rw"
                    .getBytes(StandardCharsets.UTF_8)));

    @Test
    void optionsAreDividedBetweenKernelAndFileSystem() {
        MountOptions options = MountOptions.parse(List.of("noatime,discard", "ro", "_netdev", "data=ordered", "rw"));
        mounts.mount("/dev/dysk1", TARGET, "ext4", options);
        assertThat(libc.calls).containsExactly("mount /dev/dysk1 /mnt/t ext4 1024 discard,data=ordered");
    }

    @Test
    void errorsAndTextsDoNotShowFileSystemOptions() {
        libc.mountResults.add(-Errno.EINVAL.number());
        MountOptions options = MountOptions.parse(List.of("password=topsecret"));
        assertThat(options.toString()).doesNotContain("topsecret");
        assertThatThrownBy(() -> mounts.mount("/dev/dysk1", TARGET, "ext4", options))
                .isInstanceOf(SystemCallException.class)
                .hasMessageContaining("/mnt/t")
                .hasMessageContaining("EINVAL")
                .hasMessageNotContaining("topsecret");
    }

    @Test
    void anUnknownFileSystemIsNotCalledAMissingDevice() {
        libc.mountResults.add(-Errno.ENODEV.number());
        assertThatThrownBy(() -> mounts.mount("/dev/dysk1", TARGET, "nofs", MountOptions.NONE))
                .hasMessageContaining("file system type");
    }

    @Test
    void aReadOnlyBindMountKeepsTheFlagsItInherits() {
        mounts.bind(Path.of("/src"), TARGET, MountOptions.READ_ONLY);
        assertThat(libc.calls)
                .containsExactly(
                        "mount /src /mnt/t null 4096 null", "mount null /mnt/t null " + (32 + 4096 + 1 + 2 + 4) + " null");
    }

    @Test
    void aBindMountThatCannotBeMadeReadOnlyIsTakenBack() {
        libc.mountResults.addAll(List.of(0, -Errno.EBUSY.number()));
        assertThatThrownBy(() -> mounts.bind(Path.of("/src"), TARGET, MountOptions.READ_ONLY))
                .isInstanceOf(SystemCallException.class);
        assertThat(libc.calls).last().isEqualTo("umount2 /mnt/t 10");
    }

    @Test
    void aBindMountTakesNoFileSystemOptions() {
        assertThatThrownBy(() -> mounts.bind(Path.of("/src"), TARGET, MountOptions.parse(List.of("discard"))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void remountingReadOnlyKeepsTheOtherFlags() {
        mounts.remountReadOnly(TARGET);
        assertThat(libc.calls).containsExactly("mount null /mnt/t null " + (32 + 1 + 2 + 4) + " null");
    }

    @Test
    void unmountFlagsAreCombined() {
        mounts.unmount(TARGET, UnmountFlag.DETACH, UnmountFlag.NO_FOLLOW);
        mounts.unmount(TARGET);
        assertThat(libc.calls).containsExactly("umount2 /mnt/t 10", "umount2 /mnt/t 0");
    }
}
