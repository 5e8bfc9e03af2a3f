package io.dysk.kernelsuite;

import java.util.stream.Collectors;

/** What to attach, for the calls of dysktool that attach as one part of what they do. */
public final class Arguments {
    private Arguments() {
    }

    /** Names and values, which have no blanks here; the secret comes from standard input. */
    public static String of(AttachSpec spec) {
        return spec.values().entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(" ")) + " " + spec.credential().kind() + "=@-";
    }
}
