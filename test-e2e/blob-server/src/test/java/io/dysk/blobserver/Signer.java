package io.dysk.blobserver;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs as the service's documentation says, without any code of the server. */
record Signer(String account, String key) {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT).withZone(ZoneOffset.UTC);

    static String date(Instant time) {
        return DATE.format(time);
    }

    /** The Authorization header of a request. */
    String sharedKey(String method, String path, String query, Map<String, String> headers) {
        Map<String, String> lower = new TreeMap<>();
        headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
        StringBuilder text = new StringBuilder(method).append('\n');
        for (String name : new String[] {
            "content-encoding", "content-language", "content-length", "content-md5", "content-type", "date",
            "if-modified-since", "if-match", "if-none-match", "if-unmodified-since", "range"
        }) {
            String value = lower.getOrDefault(name, "");
            boolean empty = name.equals("content-length") && value.equals("0")
                    || name.equals("date") && lower.containsKey("x-ms-date");
            text.append(empty ? "" : value).append('\n');
        }
        lower.forEach((name, value) -> {
            if (name.startsWith("x-ms-")) {
                text.append(name).append(':').append(value).append('\n');
            }
        });
        text.append('/').append(account).append(path);
        parse(query).forEach((name, value) -> text.append('\n').append(name).append(':').append(value));
        return "SharedKey " + account + ":" + hmac(text.toString());
    }

    /** A service SAS for a blob ("b") or a container ("c"); {@code overrides} may set or (with "") drop parameters. */
    String serviceSas(String kind, String resource, String permissions, Instant expiry, Map<String, String> overrides) {
        Map<String, String> values = values(permissions, expiry);
        values.put("sr", kind);
        values.putAll(overrides);
        String version = values.get("sv");
        StringBuilder text = new StringBuilder();
        for (String name : new String[] {"sp", "st", "se"}) {
            text.append(values.getOrDefault(name, "")).append('\n');
        }
        text.append("/blob/").append(account).append('/').append(resource).append("\n\n");
        for (String name : new String[] {"sip", "spr", "sv"}) {
            text.append(values.getOrDefault(name, "")).append('\n');
        }
        if (version.compareTo("2018-11-09") >= 0) {
            text.append(values.get("sr")).append('\n').append(values.getOrDefault("snapshot", "")).append('\n');
        }
        if (version.compareTo("2020-12-06") >= 0) {
            text.append('\n');
        }
        text.append("\n\n\n\n");
        values.remove("snapshot");
        return query(values, text.toString());
    }

    /** An account SAS for the blob service. */
    String accountSas(String types, String permissions, Instant expiry, Map<String, String> overrides) {
        Map<String, String> values = values(permissions, expiry);
        values.put("ss", "b");
        values.put("srt", types);
        values.putAll(overrides);
        StringBuilder text = new StringBuilder(account).append('\n');
        for (String name : new String[] {"sp", "ss", "srt", "st", "se", "sip", "spr", "sv"}) {
            text.append(values.getOrDefault(name, "")).append('\n');
        }
        if (values.get("sv").compareTo("2020-12-06") >= 0) {
            text.append('\n');
        }
        return query(values, text.toString());
    }

    private static Map<String, String> values(String permissions, Instant expiry) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("sv", "2023-11-03");
        values.put("sp", permissions);
        values.put("se", expiry.toString().replaceAll("\\.\\d+Z", "Z"));
        return values;
    }

    private String query(Map<String, String> values, String text) {
        StringBuilder query = new StringBuilder();
        values.put("sig", hmac(text));
        values.forEach((name, value) -> query.append(query.isEmpty() ? "" : "&")
                .append(name).append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return query.toString();
    }

    static Map<String, String> parse(String query) {
        Map<String, String> values = new TreeMap<>();
        for (String part : query.split("&")) {
            if (!part.isEmpty()) {
                String[] pair = part.split("=", 2);
                values.put(pair[0].toLowerCase(Locale.ROOT), pair.length < 2 ? "" : URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
            }
        }
        return values;
    }

    private String hmac(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(key), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
