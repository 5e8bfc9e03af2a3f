package io.dysk.blobserver.auth;

import io.dysk.blobserver.protocol.Query;
import io.dysk.blobserver.protocol.StorageError;
import io.dysk.blobserver.protocol.Target;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;

/**
 * A shared access signature, judged once for its target: what it grants there and when.
 *
 * @param refusal why it grants nothing at all, or null
 * @param permissions bits of {@link Permission}
 * @param start UNIX milliseconds, or {@link Long#MIN_VALUE}
 * @param expiry UNIX milliseconds
 * @param httpsOnly whether it must not be used over http
 * @param addresses an address, a range "a-b", or empty
 * @param ofAccount whether it is an account SAS
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/create-service-sas">Service SAS</a>
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/create-account-sas">Account SAS</a>
 */
record Sas(StorageError refusal, int permissions, long start, long expiry, boolean httpsOnly, String addresses, boolean ofAccount) {
    private static final List<String> RESPONSE_HEADERS = List.of("rscc", "rscd", "rsce", "rscl", "rsct");

    /** Judges the signature in the query of {@code target}. */
    static Sas judge(Target target, AccountKey key) {
        Query query = target.query();
        int permissions = Permission.parse(query.text("sp"));
        long start = query.text("st").isEmpty() ? Long.MIN_VALUE : time(query.text("st"));
        long expiry = time(query.text("se"));
        String protocol = query.text("spr");
        boolean understood = permissions > 0
                && start != Long.MAX_VALUE
                && expiry != Long.MAX_VALUE
                && (protocol.isEmpty() || protocol.equals("https") || protocol.equals("https,http"))
                && version(query) != null;
        StorageError refusal = StorageError.AUTHENTICATION_FAILED;
        if (understood) {
            refusal = query.has("ss") ? judgeAccount(target, key) : judgeService(target, key);
        }
        return new Sas(refusal, permissions, start, expiry, protocol.equals("https"), query.text("sip"), query.has("ss"));
    }

    private static StorageError judgeAccount(Target target, AccountKey key) {
        Query query = target.query();
        StringBuilder text = new StringBuilder(target.account()).append('\n');
        for (String name : List.of("sp", "ss", "srt", "st", "se", "sip", "spr", "sv")) {
            text.append(query.text(name)).append('\n');
        }
        if (!version(query).isBefore(LocalDate.of(2020, 12, 6))) {
            text.append(query.text("ses")).append('\n');
        }
        if (!signed(text.toString(), query, key)) {
            return StorageError.AUTHENTICATION_FAILED;
        }
        if (query.text("ss").indexOf('b') < 0) {
            return StorageError.AUTHORIZATION_SERVICE_MISMATCH;
        }
        char type = target.isBlob() ? 'o' : target.isContainer() ? 'c' : 's';
        return query.text("srt").indexOf(type) < 0 ? StorageError.AUTHORIZATION_RESOURCE_TYPE_MISMATCH : null;
    }

    private static StorageError judgeService(Target target, AccountKey key) {
        Query query = target.query();
        LocalDate version = version(query);
        String kind = query.text("sr");
        boolean ofBlob = kind.equals("b") || kind.equals("bs");
        if (!ofBlob && !kind.equals("c") || query.has("skoid") || query.has("si") || target.isService()) {
            return StorageError.AUTHENTICATION_FAILED;
        }
        String resource = "/blob/" + target.account() + "/" + target.container() + (ofBlob ? "/" + target.blob() : "");
        StringBuilder text = new StringBuilder();
        for (String value : List.of(query.text("sp"), query.text("st"), query.text("se"), resource, "",
                query.text("sip"), query.text("spr"), query.text("sv"))) {
            text.append(value).append('\n');
        }
        if (!version.isBefore(LocalDate.of(2018, 11, 9))) {
            text.append(kind).append('\n').append(kind.equals("bs") ? query.text("snapshot") : "").append('\n');
        }
        if (!version.isBefore(LocalDate.of(2020, 12, 6))) {
            text.append(query.text("ses")).append('\n');
        }
        for (String name : RESPONSE_HEADERS) {
            text.append(query.text(name)).append(name.equals("rsct") ? "" : "\n");
        }
        if (!signed(text.toString(), query, key)) {
            return StorageError.AUTHENTICATION_FAILED;
        }
        return target.isContainer() && ofBlob ? StorageError.AUTHORIZATION_FAILURE : null;
    }

    private static boolean signed(String text, Query query, AccountKey key) {
        byte[] digest = key.mac().doFinal(text.getBytes(StandardCharsets.UTF_8));
        try {
            return MessageDigest.isEqual(digest, Base64.getDecoder().decode(query.text("sig")));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static LocalDate version(Query query) {
        try {
            LocalDate version = LocalDate.parse(query.text("sv"));
            return version.isBefore(LocalDate.of(2015, 4, 5)) ? null : version;
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** The forms that the service takes: a date, or date and time up to minutes, seconds or below; MAX_VALUE for others. */
    private static long time(String text) {
        try {
            if (text.length() == 10) {
                return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli();
            }
            return OffsetDateTime.parse(text).toInstant().toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }

    @Override
    public String toString() {
        return "Sas[expiry=" + Instant.ofEpochMilli(expiry) + "]";
    }
}
