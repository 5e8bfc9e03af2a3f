package io.dysk.node.system;

import java.io.IOException;
import java.nio.file.Path;

/** Opens block devices. */
@FunctionalInterface
public interface Disks {
    Disk open(Path device, boolean writable) throws IOException;
}
