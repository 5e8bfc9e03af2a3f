package io.dysk.kernel;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is mounted in this process's mount name space, at one moment. Immutable.
 *
 * <p>Source: proc_pid_mountinfo(5).
 *
 * @param entries in the kernel's order: of two at the same point, the later is on top
 */
public record MountTable(List<MountEntry> entries) {

    private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");
    private static final int READS = 10;

    public MountTable {
        entries = List.copyOf(entries);
    }

    /**
     * Reads the table. It comes in several reads, between which it may change, so it is read until two in a row agree.
     *
     * @throws UncheckedIOException if /proc isn't there
     */
    public static MountTable read() {
        try {
            byte[] last = Files.readAllBytes(MOUNTINFO);
            for (int i = 1; i < READS; i++) {
                byte[] next = Files.readAllBytes(MOUNTINFO);
                if (Arrays.equals(last, next)) {
                    return parse(next);
                }
                last = next;
            }
            throw new UncheckedIOException(new IOException("the mount table changed at each of " + READS + " reads"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Parses the contents of a mountinfo file. */
    static MountTable parse(byte[] mountinfo) {
        List<MountEntry> entries = new ArrayList<>();
        // Bytes as characters: paths need not be UTF-8, and escapes stand for bytes.
        for (String line : new String(mountinfo, StandardCharsets.ISO_8859_1).split("\n")) {
            if (!line.isEmpty()) {
                entries.add(parseLine(line));
            }
        }
        return new MountTable(entries);
    }

    /**
     * The topmost mount whose mount point is exactly {@code path}.
     *
     * @param path absolute, normalised, without symbolic links
     */
    public Optional<MountEntry> at(Path path) {
        return entries.reversed().stream()
                .filter(entry -> entry.mountPoint().equals(path))
                .findFirst();
    }

    /** All mounts of one file system's device. */
    public List<MountEntry> ofDevice(DeviceNumber device) {
        return entries.stream().filter(entry -> entry.device().equals(device)).toList();
    }

    private static MountEntry parseLine(String line) {
        String[] fields = line.split(" ");
        int separator = Arrays.asList(fields).indexOf("-");
        if (separator < 6 || fields.length < separator + 3) {
            throw new IllegalArgumentException("not a line of mountinfo: " + line);
        }
        String[] number = fields[2].split(":");
        // The last field may be absent.
        String superOptions = fields.length > separator + 3 ? fields[separator + 3] : "";
        return new MountEntry(
                Integer.parseInt(fields[0]),
                Integer.parseInt(fields[1]),
                new DeviceNumber(Integer.parseInt(number[0]), Integer.parseInt(number[1])),
                unescape(fields[3]),
                Path.of(unescape(fields[4])),
                options(fields[5]),
                unescape(fields[separator + 1]),
                unescape(fields[separator + 2]),
                options(superOptions));
    }

    private static MountOptions options(String field) {
        return MountOptions.parse(List.of(unescape(field)));
    }

    /** Blank, tab, newline and backslash are written as a backslash and three octal digits. */
    static String unescape(String field) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(field.length());
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '\\' && i + 3 < field.length() && isOctal(field, i + 1)) {
                bytes.write(Integer.parseInt(field, i + 1, i + 4, 8));
                i += 3;
            } else {
                bytes.write(c);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static boolean isOctal(String text, int start) {
        return text.substring(start, start + 3).chars().allMatch(c -> c >= '0' && c <= '7');
    }
}
