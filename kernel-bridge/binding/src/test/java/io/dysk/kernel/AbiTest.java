package io.dysk.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our idea of the ABI against the C compiler's, for everything that the header declares. */
class AbiTest {

    private static final Path HEADER = Path.of("../module/uapi/dysk.h").toAbsolutePath().normalize();

    @TempDir
    static Path dir;

    private static CHeader header;

    @BeforeAll
    static void readHeader() throws Exception {
        header = CHeader.read(HEADER);
        assertThat(header.structs()).as("structures found in " + HEADER).hasSizeGreaterThanOrEqualTo(10);
        assertThat(header.enums()).as("enums found in " + HEADER).hasSize(3);
    }

    @Test
    void everyStructureAndFieldLiesWhereTheCompilerPutsIt() throws Exception {
        Map<String, String> questions = new LinkedHashMap<>();
        header.structs().forEach((struct, members) -> {
            questions.put(struct, "sizeof(struct " + struct + ")");
            members.forEach(m -> {
                questions.put(struct + "." + m + ":offset", "offsetof(struct " + struct + ", " + m + ")");
                questions.put(struct + "." + m + ":bytes", "sizeof(((struct " + struct + " *)0)->" + m + ")");
            });
        });
        Map<String, Long> ours = new LinkedHashMap<>();
        for (Layout layout : DyskAbi.layouts()) {
            ours.put(layout.cName(), (long) layout.size());
            for (Layout.Field field : layout.fields()) {
                ours.put(layout.cName() + "." + field.name() + ":offset", (long) field.offset());
                ours.put(layout.cName() + "." + field.name() + ":bytes", (long) field.bytes());
            }
        }
        assertThat(new TreeMap<>(ours)).isEqualTo(new TreeMap<>(ask(questions)));
    }

    @Test
    void everyConstantHasTheHeadersValue() throws Exception {
        Map<String, String> questions = new LinkedHashMap<>();
        for (String name : header.constants()) {
            // Unions of others, and the magic that is part of each request number.
            if (!name.endsWith("_FLAGS") && !name.equals("DYSK_IOC_MAGIC")) {
                questions.put(name, name);
            }
        }
        Map<String, Long> ours = new LinkedHashMap<>();
        for (Field field : DyskAbi.class.getDeclaredFields()) {
            if (!field.getName().equals("NO_PATH_FOREVER")) {
                String prefix = List.of("MAJOR", "MINOR").contains(field.getName()) ? "DYSK_ABI_" : "DYSK_";
                ours.put(prefix + field.getName(), ((Number) field.get(null)).longValue());
            }
        }
        assertThat(new TreeMap<>(ours)).isEqualTo(new TreeMap<>(ask(questions)));
    }

    @Test
    void everyEnumValueIsTheHeaders() throws Exception {
        Map<String, String> questions = new LinkedHashMap<>();
        header.enums().values().forEach(names -> names.forEach(n -> questions.put(n, n)));
        Map<String, Long> ours = new LinkedHashMap<>();
        ours.put("DYSK_CRED_KEEP", 0L);
        for (Credential.Kind kind : Credential.Kind.values()) {
            ours.put("DYSK_CRED_" + kind, (long) kind.code());
        }
        for (DeviceState state : DeviceState.values()) {
            ours.put("DYSK_STATE_" + state, (long) state.code());
        }
        for (Reason reason : Reason.values()) {
            ours.put("DYSK_REASON_" + reason, (long) reason.code());
        }
        ours.values().removeIf(code -> code == -1);
        assertThat(new TreeMap<>(ours)).isEqualTo(new TreeMap<>(ask(questions)));
    }

    @Test
    void everyStateAndReasonIsCalledAsInSysfs() throws Exception {
        String sysfs = Files.readString(HEADER.resolve("../../sysfs.c").normalize());
        Map<String, String> theirs = new TreeMap<>();
        Matcher entry = Pattern.compile("\\[DYSK_((?:STATE|REASON)_\\w+)]\\s*=\\s*\"([^\"]+)\"").matcher(sysfs);
        while (entry.find()) {
            theirs.put(entry.group(1), entry.group(2));
        }
        Map<String, String> ours = new TreeMap<>();
        for (DeviceState state : DeviceState.values()) {
            ours.put("STATE_" + state, state.keyword());
        }
        for (Reason reason : Reason.values()) {
            ours.put("REASON_" + reason, reason.keyword());
        }
        assertThat(ours.remove("STATE_UNKNOWN")).isEqualTo(ours.remove("REASON_UNKNOWN")).isEqualTo("unknown");
        assertThat(ours).isEqualTo(theirs);
    }

    @Test
    void numbersOfTheKernelsOwnInterfacesAreTheHeaders() throws Exception {
        Map<String, Long> ours = new TreeMap<>();
        ours.put("BLKROSET", BlockDevice.BLKROSET);
        ours.put("BLKROGET", BlockDevice.BLKROGET);
        ours.put("BLKFLSBUF", BlockDevice.BLKFLSBUF);
        ours.put("BLKSSZGET", BlockDevice.BLKSSZGET);
        ours.put("BLKDISCARD", BlockDevice.BLKDISCARD);
        ours.put("BLKPBSZGET", BlockDevice.BLKPBSZGET);
        ours.put("BLKZEROOUT", BlockDevice.BLKZEROOUT);
        ours.put("BLKGETSIZE64", BlockDevice.BLKGETSIZE64);
        ours.put("O_RDONLY", (long) LibC.O_RDONLY);
        ours.put("O_RDWR", (long) LibC.O_RDWR);
        ours.put("O_EXCL", (long) LibC.O_EXCL);
        ours.put("O_CLOEXEC", (long) LibC.O_CLOEXEC);
        ours.put("MNT_DETACH", (long) UnmountFlag.DETACH.value());
        ours.put("UMOUNT_NOFOLLOW", (long) UnmountFlag.NO_FOLLOW.value());
        Map<MountFlag, String> names = Map.ofEntries(
                Map.entry(MountFlag.READ_ONLY, "MS_RDONLY"),
                Map.entry(MountFlag.NO_SUID, "MS_NOSUID"),
                Map.entry(MountFlag.NO_DEV, "MS_NODEV"),
                Map.entry(MountFlag.NO_EXEC, "MS_NOEXEC"),
                Map.entry(MountFlag.SYNCHRONOUS, "MS_SYNCHRONOUS"),
                Map.entry(MountFlag.DIRECTORIES_SYNCHRONOUS, "MS_DIRSYNC"),
                Map.entry(MountFlag.NO_SYMLINK_FOLLOW, "MS_NOSYMFOLLOW"),
                Map.entry(MountFlag.NO_ATIME, "MS_NOATIME"),
                Map.entry(MountFlag.NO_DIRECTORY_ATIME, "MS_NODIRATIME"),
                Map.entry(MountFlag.RELATIVE_ATIME, "MS_RELATIME"),
                Map.entry(MountFlag.STRICT_ATIME, "MS_STRICTATIME"),
                Map.entry(MountFlag.LAZY_TIME, "MS_LAZYTIME"));
        for (MountFlag flag : MountFlag.values()) {
            ours.put(names.get(flag), flag.value());
        }
        Map<String, String> questions = new LinkedHashMap<>();
        ours.keySet().forEach(name -> questions.put(name, name));
        List<String> headers = List.of("<fcntl.h>", "<linux/fs.h>", "<linux/mount.h>");
        Map<String, Long> theirs = new TreeMap<>();
        // linux/mount.h and sys/mount.h don't go together, and each has its own part.
        List<String> umount = List.of("MNT_DETACH", "UMOUNT_NOFOLLOW");
        Map<String, String> fromLibc = new LinkedHashMap<>();
        umount.forEach(name -> fromLibc.put(name, questions.remove(name)));
        theirs.putAll(CHeader.ask(dir, headers, questions));
        theirs.putAll(CHeader.ask(dir, List.of("<sys/mount.h>"), fromLibc));
        assertThat(ours).isEqualTo(theirs);
    }

    @Test
    void errorNumbersAreTheHeaders() throws Exception {
        Map<String, Long> ours = new TreeMap<>();
        Map<String, String> questions = new LinkedHashMap<>();
        List<String> unnamed = new ArrayList<>();
        for (Field field : Errno.class.getDeclaredFields()) {
            if (field.getType() == Errno.class) {
                Errno errno = (Errno) field.get(null);
                ours.put(field.getName(), (long) errno.number());
                questions.put(field.getName(), field.getName());
                if (!errno.symbol().equals(field.getName())) {
                    unnamed.add(field.getName());
                }
            }
        }
        assertThat(ours).isEqualTo(new TreeMap<>(CHeader.ask(dir, List.of("<errno.h>"), questions)));
        assertThat(unnamed).as("constants without a meaning of their own").isEmpty();
    }

    private static Map<String, Long> ask(Map<String, String> questions) throws Exception {
        return CHeader.ask(dir, List.of("\"" + HEADER + "\""), questions);
    }
}
