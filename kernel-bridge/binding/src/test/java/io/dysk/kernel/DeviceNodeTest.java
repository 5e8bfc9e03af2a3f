package io.dysk.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceNodeTest {

    @Test
    void whatIsNotABlockDeviceHasNoNumber() {
        assertThat(DeviceNode.number(Path.of("/dev/null"))).isEmpty();
        assertThat(DeviceNode.number(Path.of("/nothing/here"))).isEmpty();
    }

    @Test
    void waitingEndsWithItsTimeLimit() throws Exception {
        assertThat(DeviceNode.await(Path.of("/dev/null"), new DeviceNumber(1, 3), Duration.ZERO)).isFalse();
    }

    @Test
    void theLinkIsNamedAsTheModuleSays(@TempDir Path sysfs) throws Exception {
        Files.createDirectories(sysfs.resolve("dysk3/dysk"));
        Files.writeString(sysfs.resolve("dysk3/dysk/by_id"), "acct-disks-a_b.vhd\n");
        assertThat(DeviceNode.byId(sysfs, 3)).contains(Path.of("/dev/disk/by-id/dysk-acct-disks-a_b.vhd"));
        assertThat(DeviceNode.byId(sysfs, 4)).isEmpty();
    }

    @Test
    void bigMinorsAreReadFromRdev() {
        assertThat(DeviceNumber.ofRdev(0x0fc28L | 0x12300000L)).isEqualTo(new DeviceNumber(0xfc, 0x12328));
        assertThat(DeviceNumber.ofRdev(0x0701)).hasToString("7:1");
    }
}
