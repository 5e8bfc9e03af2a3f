package io.dysk.kernel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What proves to the storage service who asks: an account key or a SAS. The secret can be handed to the kernel and to
 * nothing else; no text made from this object shows it.
 */
public final class Credential {

    /** Kinds of credentials ({@code enum dysk_credential_type}). */
    public enum Kind {
        SHARED_KEY(1),
        SAS(2),
        /** A later module gave a kind that this program doesn't know. */
        UNKNOWN(-1);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Kind of(int code) {
            return code == SHARED_KEY.code ? SHARED_KEY : code == SAS.code ? SAS : UNKNOWN;
        }
    }

    private final Kind kind;
    private final byte[] secret;

    private Credential(Kind kind, byte[] secret) {
        if (secret.length == 0) {
            throw new IllegalArgumentException("the credential is empty");
        }
        if (secret.length > DyskAbi.CREDENTIAL_MAX) {
            throw new IllegalArgumentException(
                    "the credential is too long: " + secret.length + " bytes, at most " + DyskAbi.CREDENTIAL_MAX);
        }
        this.kind = kind;
        this.secret = secret;
    }

    /**
     * An account key.
     *
     * @param base64 as the portal shows it
     * @throws IllegalArgumentException if it isn't base64; the message doesn't repeat it
     */
    public static Credential sharedKey(String base64) {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(base64.strip());
        } catch (IllegalArgumentException e) {
            // Not as the cause: its message quotes a character of the key.
            throw new IllegalArgumentException("the account key isn't base64: copy it whole");
        }
        return new Credential(Kind.SHARED_KEY, key);
    }

    /**
     * A shared access signature.
     *
     * @param query the query string, with or without the leading {@code ?}
     * @throws IllegalArgumentException if it isn't a SAS; the message doesn't repeat it
     */
    public static Credential sas(String query) {
        String text = query.strip();
        text = text.startsWith("?") ? text.substring(1) : text;
        if (text.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IllegalArgumentException("the SAS has blanks or other characters that can't be in one");
        }
        if (!text.isEmpty() && !("&" + text).contains("&sig=")) {
            throw new IllegalArgumentException("this isn't a SAS: it has no 'sig' part");
        }
        return new Credential(Kind.SAS, text.getBytes(StandardCharsets.US_ASCII));
    }

    public Kind kind() {
        return kind;
    }

    /** A copy in native memory, for the kernel; {@link #erase} it after the call. */
    ByteBuffer toNativeMemory() {
        return ByteBuffer.allocateDirect(secret.length).put(secret).flip();
    }

    /** Overwrites native memory with zeros. */
    static void erase(ByteBuffer memory) {
        for (int i = 0; i < memory.capacity(); i++) {
            memory.put(i, (byte) 0);
        }
    }

    @Override
    public String toString() {
        return "Credential[" + kind + ", secret not shown]";
    }
}
