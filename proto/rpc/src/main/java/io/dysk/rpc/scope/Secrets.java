package io.dysk.rpc.scope;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values that must not be shown, and the way to take them out of a text, whoever wrote it: a handler that put a secret in its message,
 * or a library that put it in an exception's. What looks like a signature, a password in a URL or an account key is taken out even
 * when nobody named it.
 *
 * <p>Immutable.
 */
public final class Secrets {
    private static final String STRIPPED = "***";
    /** What is known by its looks: a signature in a SAS, a password in a URL, the key of a storage account (64 bytes, base64). */
    private static final Pattern BY_LOOKS = Pattern.compile("(?i)(\\bsig(?:=|%3d))[^&\\s\"']+|(://)[^/\\s@:]*:[^/\\s@]*(?=@)"
            + "|(?<![a-z0-9+/])[a-z0-9+/]{86}(?:==|%3d%3d)");
    private static final Pattern SIGNATURE = Pattern.compile("(?i)\\bsig=([^&\\s]+)");
    /** Shorter ones are taken out only where they stand alone: they may be part of any word. */
    private static final int SHORT = 4;

    /** None but what is known by its looks. */
    public static final Secrets NONE = new Secrets(List.of());

    private final List<String> values;

    private Secrets(List<String> values) {
        this.values = values;
    }

    /** These values, in each spelling that URLs give them. */
    public static Secrets of(Collection<String> values) {
        Set<String> all = new LinkedHashSet<>();
        values.forEach(value -> spellings(value.strip(), all));
        all.remove("");
        // The longest first: one may hold another.
        return all.isEmpty() ? NONE : new Secrets(all.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList());
    }

    /** The values of a message's secret fields, however deep. */
    static Secrets of(Message message) {
        Set<String> found = new LinkedHashSet<>();
        collect(message, found);
        return of(found);
    }

    private static void collect(Message message, Set<String> found) {
        for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
            boolean secret = SecretFields.isSecret(entry.getKey()) && !entry.getKey().getName().equals("mount_flags");
            for (Object each : entry.getValue() instanceof List<?> list ? list : List.of(entry.getValue())) {
                switch (each) {
                    case MapEntry<?, ?> pair -> {
                        String key = String.valueOf(pair.getKey());
                        String value = String.valueOf(pair.getValue());
                        if (secret ? SecretFields.isScrubbed(key, value) : SecretFields.isSecretKey(key)) {
                            found.add(value);
                        }
                    }
                    case Message inner -> collect(inner, found);
                    default -> {
                        if (secret) {
                            found.add(String.valueOf(each));
                        }
                    }
                }
            }
        }
    }

    private static void spellings(String value, Set<String> all) {
        all.add(value);
        all.add(value.startsWith("?") ? value.substring(1) : value);
        all.add(URLEncoder.encode(value, StandardCharsets.UTF_8));
        Matcher signature = SIGNATURE.matcher(value);
        while (signature.find()) {
            all.add(signature.group(1));
            try {
                all.add(URLDecoder.decode(signature.group(1), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                // Not URL-encoded: there is no other spelling.
            }
        }
    }

    /** The text without them. */
    public String scrub(String text) {
        String clean = text;
        for (String value : values) {
            if (value.length() >= SHORT) {
                clean = clean.replace(value, STRIPPED);
            } else if (clean.contains(value)) {
                clean = clean.replaceAll("(?<![\\p{Alnum}])" + Pattern.quote(value) + "(?![\\p{Alnum}])", Matcher.quoteReplacement(STRIPPED));
            }
        }
        return BY_LOOKS.matcher(clean).replaceAll("$1$2" + STRIPPED);
    }
}
