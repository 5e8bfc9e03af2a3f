package io.dysk.kernelsuite;

/** Text for {@code /bin/sh}. */
final class Shell {
    private Shell() {
    }

    /** As one word that means itself. */
    static String quote(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
