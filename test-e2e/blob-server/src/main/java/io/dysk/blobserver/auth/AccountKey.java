package io.dysk.blobserver.auth;

import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A storage account's key. Its text form says nothing of it. */
public final class AccountKey {
    private static final String HMAC = "HmacSHA256";

    private final SecretKeySpec key;

    private AccountKey(byte[] bytes) {
        this.key = new SecretKeySpec(bytes, HMAC);
    }

    /** Reads a key as the portal shows it; IllegalArgumentException, without the text, if it isn't base64. */
    public static AccountKey parse(String base64) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the account key is not base64");
        }
        if (bytes.length == 0) {
            throw new IllegalArgumentException("the account key is empty");
        }
        return new AccountKey(bytes);
    }

    /** A new HMAC-SHA256 with this key, for one thread. */
    Mac mac() {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(HMAC + " is part of every JDK", e);
        }
    }

    @Override
    public String toString() {
        return "AccountKey[...]";
    }
}
