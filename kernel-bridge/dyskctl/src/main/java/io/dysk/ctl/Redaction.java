package io.dysk.ctl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Takes secrets out of text, as the last line of defence: whatever a library puts in a message, the secrets this program
 * was given don't leave it. Not safe for use by several threads.
 */
final class Redaction {

    static final String INSTEAD = "***";

    private static final Pattern LOOKS_SECRET = Pattern.compile(
            "(?i)\\b(sig=|AccountKey=|SharedAccessSignature=|AZURE_STORAGE_KEY=|AZURE_STORAGE_SAS_TOKEN=)"
                    + "(?!\\.\\.\\.)[^\\s;&'\"]+");

    /** Shorter values would take half of all words out of the text. */
    private static final int SHORTEST = 6;

    private final List<String> secrets = new ArrayList<>();

    /** All variables that hold secrets. */
    static Redaction of(Map<String, String> environment) {
        Redaction redaction = new Redaction();
        for (String name : CredentialSources.SECRET_VARIABLES) {
            redaction.add(environment.getOrDefault(name, ""));
        }
        return redaction;
    }

    /** From now on {@code text}, and the values of {@code name=value} pairs in it that are secret, aren't shown. */
    void add(String text) {
        addValue(text.strip());
        for (String part : text.split("[;&\\s]+")) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? "" : part.substring(0, equals).replace("?", "");
            if (name.matches("(?i)sig|AccountKey|SharedAccessSignature|AZURE_STORAGE_(KEY|SAS_TOKEN)")) {
                addValue(part.substring(equals + 1));
            }
        }
    }

    /** The text without any secret. */
    String redact(String text) {
        String clean = text;
        for (String secret : secrets) {
            clean = clean.replace(secret, INSTEAD);
        }
        return LOOKS_SECRET.matcher(clean).replaceAll("$1***");
    }

    /** Whether this could hold a secret, so that it may not stand on a command line. */
    static boolean looksSecret(String argument) {
        return LOOKS_SECRET.matcher(argument).find();
    }

    private void addValue(String value) {
        if (value.length() >= SHORTEST && !secrets.contains(value)) {
            secrets.add(value);
        }
    }
}
