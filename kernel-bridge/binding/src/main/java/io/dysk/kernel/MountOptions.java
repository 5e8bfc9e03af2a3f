package io.dysk.kernel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Mount options, divided into the kernel's flags and what the file system gets. {@link #toString} shows no file system
 * option, since some take passwords.
 *
 * @param flags for mount(2)
 * @param data for the file system, in order
 */
public record MountOptions(Set<MountFlag> flags, List<String> data) {

    public static final MountOptions NONE = new MountOptions(Set.of(), List.of());
    public static final MountOptions READ_ONLY = new MountOptions(Set.of(MountFlag.READ_ONLY), List.of());

    /** Options that take a flag back. */
    private static final Map<String, MountFlag> OPPOSITES = Map.of(
            "rw", MountFlag.READ_ONLY,
            "suid", MountFlag.NO_SUID,
            "dev", MountFlag.NO_DEV,
            "exec", MountFlag.NO_EXEC,
            "async", MountFlag.SYNCHRONOUS,
            "symfollow", MountFlag.NO_SYMLINK_FOLLOW,
            "atime", MountFlag.NO_ATIME,
            "diratime", MountFlag.NO_DIRECTORY_ATIME,
            "norelatime", MountFlag.RELATIVE_ATIME,
            "nolazytime", MountFlag.LAZY_TIME);

    /** Options that only mean something to user space. */
    private static final Set<String> USER_SPACE =
            Set.of("defaults", "auto", "noauto", "_netdev", "nofail", "user", "nouser", "owner", "group");

    public MountOptions {
        flags = Set.copyOf(flags);
        data = List.copyOf(data);
        for (String option : data) {
            if (option.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("a mount option has a NUL character in it");
            }
        }
    }

    /** Reads options as in fstab(5); each element may hold several, with commas between. A later one wins. */
    public static MountOptions parse(Collection<String> options) {
        Set<MountFlag> flags = EnumSet.noneOf(MountFlag.class);
        List<String> data = new ArrayList<>();
        for (String element : options) {
            for (String option : element.split(",")) {
                MountFlag cleared = OPPOSITES.get(option);
                if (cleared != null) {
                    flags.remove(cleared);
                } else if (MountFlag.of(option).isPresent()) {
                    flags.add(MountFlag.of(option).get());
                } else if (!option.isEmpty() && !USER_SPACE.contains(option) && !option.startsWith("x-")) {
                    data.add(option);
                }
            }
        }
        return new MountOptions(flags, data);
    }

    /** The same with one flag more. */
    public MountOptions with(MountFlag flag) {
        Set<MountFlag> more = EnumSet.of(flag);
        more.addAll(flags);
        return new MountOptions(more, data);
    }

    public boolean readOnly() {
        return flags.contains(MountFlag.READ_ONLY);
    }

    long flagBits() {
        return flags.stream().mapToLong(MountFlag::value).reduce(0, (a, b) -> a | b);
    }

    @Override
    public String toString() {
        String names = flags.stream().sorted().map(MountFlag::option).collect(Collectors.joining(","));
        return "MountOptions[" + names + (data.isEmpty() ? "" : ", " + data.size() + " for the file system") + "]";
    }
}
