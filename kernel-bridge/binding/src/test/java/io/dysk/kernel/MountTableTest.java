package io.dysk.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MountTableTest {

    private static final String SAMPLE = """
            22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro
            90 22 252:16 / /mnt/with\\040blank\\011tab\\134slash rw,nosuid,nodev shared:7 master:2 - xfs /dev/dysk1 ro,attr2
            91 22 252:16 /sub/dir /var/lib/target ro,noatime - xfs /dev/dysk1 rw,attr2
            92 22 0:50 / /mnt/stack rw - tmpfs none rw,size=1024k
            93 92 0:51 / /mnt/stack rw - tmpfs second\\040one rw
            94 22 0:52 / /mnt/\\303\\251 rw - tmpfs none
            """;

    private final MountTable table = MountTable.parse(SAMPLE.getBytes(StandardCharsets.UTF_8));

    @Test
    void aLineThatIsNoneIsRefused() {
        assertThatThrownBy(() -> MountTable.parse("22 1 8:1 / / rw".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void escapesStandForBytes() {
        assertThat(table.at(Path.of("/mnt/with blank\ttab\\slash"))).isPresent();
        assertThat(table.at(Path.of("/mnt/é"))).isPresent();
        assertThat(MountTable.unescape("a\\08b\\04")).isEqualTo("a\\08b\\04");
    }

    @Test
    void theTopmostOfSeveralMountsIsTheOne() {
        assertThat(table.at(Path.of("/mnt/stack")).orElseThrow().source()).isEqualTo("second one");
    }

    @Test
    void aPathInsideAMountIsNotAMountPoint() {
        assertThat(table.at(Path.of("/var/lib"))).isEmpty();
    }

    @Test
    void readOnlyComesFromTheMountOrItsFileSystem() {
        MountEntry whole = table.entries().get(1);
        MountEntry bind = table.entries().get(2);
        assertThat(whole.options().flags()).isEqualTo(Set.of(MountFlag.NO_SUID, MountFlag.NO_DEV));
        assertThat(whole.options().readOnly()).isFalse();
        assertThat(whole.readOnly()).isTrue();
        assertThat(bind.root()).isEqualTo("/sub/dir");
        assertThat(bind.readOnly()).isTrue();
        assertThat(table.entries().getFirst().readOnly()).isFalse();
    }

    @Test
    void mountsAreFoundByDevice() {
        assertThat(table.ofDevice(new DeviceNumber(252, 16))).extracting(MountEntry::id).containsExactly(90, 91);
        assertThat(table.entries().getFirst().type()).isEqualTo("ext4");
        assertThat(table.entries().getFirst().superOptions().data()).containsExactly("errors=remount-ro");
    }

    @Test
    void thisProcessHasARoot() {
        assertThat(MountTable.read().at(Path.of("/"))).isPresent();
    }
}
