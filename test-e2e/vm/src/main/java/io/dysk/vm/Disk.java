package io.dysk.vm;

import java.nio.file.Path;
import java.util.Objects;

/**
 * One more disk of a machine, on the host's side a raw file. The guest finds it as
 * {@code /dev/disk/by-id/virtio-<name>}.
 *
 * @param name its serial number, at most 20 characters
 * @param file its content, which outlives the machine; null for an empty disk that doesn't
 * @param bytes the size of an empty disk; ignored with a file
 */
public record Disk(String name, Path file, long bytes) {

    public Disk {
        Objects.requireNonNull(name, "name");
        if (!name.matches("[A-Za-z0-9_-]{1,20}") || name.equals("root") || name.equals("payload")) {
            throw new IllegalArgumentException("not the name of a disk: \"" + name + "\"");
        }
        if (file == null && (bytes <= 0 || bytes % 512 != 0)) {
            throw new IllegalArgumentException("the size of a disk is a multiple of 512 bytes, not " + bytes);
        }
    }

    public static Disk empty(String name, long bytes) {
        return new Disk(name, null, bytes);
    }

    public static Disk of(String name, Path file) {
        return new Disk(name, Objects.requireNonNull(file, "file"), 0);
    }
}
