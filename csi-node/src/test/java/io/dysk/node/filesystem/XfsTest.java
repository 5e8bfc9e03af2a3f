package io.dysk.node.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class XfsTest {
    @Test
    void everyNodesKernelCanMountWhatTheNewestToolsMake() {
        List<String> command = new Xfs().makeCommand(Path.of("/tmp/image"), List.of("-n", "size=8192"));

        assertThat(command).containsSequence("-i", "nrext64=0").endsWith("-n", "size=8192", "/tmp/image");
    }
}
