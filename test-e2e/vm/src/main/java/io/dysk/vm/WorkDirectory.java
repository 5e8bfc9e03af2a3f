package io.dysk.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Room for a machine's sockets and throw-away disks. Its path is short, as sockets want it, and has this process's id
 * in it: what a process that was killed left behind is removed by the next one.
 */
final class WorkDirectory {

    private static final String PREFIX = "dysk-vm-";

    private WorkDirectory() {
    }

    static Path create() throws IOException {
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        try (Stream<Path> found = Files.list(parent)) {
            found.filter(WorkDirectory::isLeftBehind).forEach(WorkDirectory::delete);
        }
        return Files.createTempDirectory(parent, PREFIX + ProcessHandle.current().pid() + "-");
    }

    static void delete(Path directory) {
        try (Stream<Path> found = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) found.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new VmException("cannot clean up " + directory, e);
        }
    }

    private static boolean isLeftBehind(Path directory) {
        String[] parts = directory.getFileName().toString().split("-");
        return directory.getFileName().toString().matches(PREFIX + "\\d+-\\d+")
                && ProcessHandle.of(Long.parseLong(parts[2])).isEmpty();
    }
}
