package io.dysk.vm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Makes the disk that brings a test's own files into a machine: a layer that the guest lays over its root file system,
 * so nothing is unpacked there.
 */
final class Payload {

    /** Modules put here move to the directory that modprobe searches, and into its index. */
    static final String MODULES = "/lib/modules/extra";

    private static final long FIXED_KIB = 1024;
    private static final long BLOCK_GROUP_KIB = 8192;
    private static final long INODES_LOST_IN_A_GROUP = 16;

    private final GuestImage image;
    private final Path layer;

    private Payload(GuestImage image, Path layer) {
        this.image = image;
        this.layer = layer;
    }

    /** Builds the disk from {@link VmSpec#payload()}, with {@code directory} as room to work in. */
    static Path build(GuestImage image, Map<String, Path> files, Path directory) {
        Payload payload = new Payload(image, directory.resolve("layer"));
        Path disk = directory.resolve("payload.img");
        try {
            for (Map.Entry<String, Path> file : files.entrySet()) {
                payload.add(file.getKey(), file.getValue());
            }
            payload.indexModules();
            payload.write(disk);
        } catch (IOException | UncheckedIOException e) {
            throw new VmException("cannot make the payload's disk", e);
        }
        return disk;
    }

    private void add(String guestPath, Path from) throws IOException {
        if (!Files.exists(from)) {
            throw new VmException("the payload has no " + from + " to put at " + guestPath);
        }
        String path = guestPath.startsWith(MODULES + "/")
                ? "/lib/modules/" + image.release() + "/extra" + guestPath.substring(MODULES.length()) : guestPath;
        // The guest's /lib and so on are links into /usr, and a directory in a layer would hide the link.
        Path to = layer.resolve((path.matches("/(lib|bin|sbin|lib64)/.*") ? "usr" + path : path.substring(1)));
        Files.createDirectories(to.getParent());
        Path source = from.toRealPath();
        try (Stream<Path> found = Files.walk(source)) {
            for (Path file : (Iterable<Path>) found::iterator) {
                Path target = to.resolve(source.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    linkOrCopy(file, target);
                }
            }
        }
    }

    private static void linkOrCopy(Path file, Path target) throws IOException {
        try {
            Files.createLink(target, file.toRealPath());
        } catch (FileSystemException | UnsupportedOperationException e) {
            // Another file system, or one without links.
            Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Does what installing a module does, so that modprobe in the guest knows it and what it depends on. */
    private void indexModules() throws IOException {
        Path usr = layer.resolve("usr");
        Path ours = usr.resolve("lib/modules").resolve(image.release());
        if (!Files.exists(ours.resolve("extra"))) {
            return;
        }
        List<String> borrowed = List.of("kernel", "modules.builtin", "modules.builtin.modinfo", "modules.order");
        Path theirs = image.modules().resolve("lib/modules").resolve(image.release());
        for (String name : borrowed) {
            Files.createSymbolicLink(ours.resolve(name), theirs.resolve(name));
        }
        HostProgram.run(layer, List.of("depmod", "-b", usr.toString(), image.release()));
        for (String name : borrowed) {
            Files.delete(ours.resolve(name));
        }
    }

    private void write(Path disk) throws IOException {
        Files.createDirectories(layer);
        long kib = FIXED_KIB;
        long inodes = 64;
        try (Stream<Path> found = Files.walk(layer)) {
            for (Path file : (Iterable<Path>) found::iterator) {
                kib += Files.isRegularFile(file) ? Files.size(file) / 1024 + 8 : 8;
                inodes++;
            }
        }
        // mke2fs rounds the inodes of each block group down.
        inodes += (kib / BLOCK_GROUP_KIB + 2) * INODES_LOST_IN_A_GROUP;
        HostProgram.run(layer, List.of("mke2fs", "-q", "-t", "ext4", "-O", "^has_journal,^resize_inode", "-m", "0",
                "-N", Long.toString(inodes), "-E", "root_owner=0:0", "-d", layer.toString(), disk.toString(),
                kib * 11 / 10 + "k"));
        try (Stream<Path> found = Files.walk(layer)) {
            for (Path file : (Iterable<Path>) found.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(file);
            }
        }
    }
}
