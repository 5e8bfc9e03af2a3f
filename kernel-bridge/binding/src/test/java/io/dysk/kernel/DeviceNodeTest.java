package io.dysk.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

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
    void linksHaveNoUnsafeCharacters() {
        assertThat(DeviceNode.byId(BlobLocation.of("acct", "c-1", "a/b c_é.vhd")))
                .isEqualTo(Path.of("/dev/disk/by-id/dysk-acct-c-1-a_b_c___.vhd"));
    }

    @Test
    void bigMinorsAreReadFromRdev() {
        assertThat(DeviceNumber.ofRdev(0x0fc28L | 0x12300000L)).isEqualTo(new DeviceNumber(0xfc, 0x12328));
        assertThat(DeviceNumber.ofRdev(0x0701)).hasToString("7:1");
    }
}
