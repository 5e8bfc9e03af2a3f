package io.dysk.blobserver.blob;

import io.dysk.blobserver.http.HeaderName;
import io.dysk.blobserver.protocol.StorageError;
import io.dysk.blobserver.protocol.StorageException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/** Checksums that a request gives for its body or asks for. */
final class Checksums {
    private Checksums() {}

    /** Refuses a body that isn't what its Content-MD5 or x-ms-content-crc64 say. */
    static void check(Call call) {
        if (call.request.has(HeaderName.CONTENT_MD5)
                && !Arrays.equals(md5(call.body), decode(call, HeaderName.CONTENT_MD5))) {
            throw new StorageException(StorageError.MD5_MISMATCH);
        }
        if (call.request.has(HeaderName.X_MS_CONTENT_CRC64)
                && !Arrays.equals(Crc64.of(call.body), decode(call, HeaderName.X_MS_CONTENT_CRC64))) {
            throw new StorageException(StorageError.CRC64_MISMATCH);
        }
    }

    /** Adds the checksum that goes with a body that had one. */
    static void answer(Call call) {
        if (call.request.has(HeaderName.X_MS_CONTENT_CRC64)) {
            call.answer.header("x-ms-content-crc64", call.request.value(HeaderName.X_MS_CONTENT_CRC64));
        }
        if (call.request.has(HeaderName.CONTENT_MD5)) {
            call.answer.header("Content-MD5", call.request.value(HeaderName.CONTENT_MD5));
        }
    }

    static byte[] md5(ByteBuffer bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            digest.update(bytes.duplicate());
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("MD5 is part of every JDK", e);
        }
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] decode(Call call, HeaderName name) {
        try {
            return Base64.getDecoder().decode(call.request.value(name));
        } catch (IllegalArgumentException e) {
            throw new StorageException(StorageError.INVALID_HEADER_VALUE, name.text());
        }
    }
}
