package io.dysk.controller.volume;

import io.dysk.blob.BlobName;
import io.dysk.rpc.call.RpcFailure;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The name under which a volume is asked for, and the names that its blob can have. A simple name is the blob's name as it is. Of any
 * other (of characters that don't belong in a URL, or too long for the volume's id) the blob's name is a digest; two names of
 * one digest can't be found.
 *
 * <p>A deleted volume with snapshots keeps its blob, and so the blob's name. A new volume of that name gets a number behind it.
 *
 * @param value 1 to 128 bytes of any text
 */
record VolumeName(String value) {
    /** Between a blob's name and its number, and in digests: no simple name has it. */
    static final char MARK = '~';
    static final int MOST_NUMBERS = 999;

    private static final int MAX_BYTES = 128;
    private static final int NUMBER_BYTES = 4;
    private static final int DIGEST_BYTES = 14;
    private static final Pattern SIMPLE = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?");

    /** @throws RpcFailure INVALID_ARGUMENT if it can't be a volume's name */
    VolumeName {
        if (value.isEmpty()) {
            throw RpcFailure.invalidArgument("the volume's name is missing");
        }
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw RpcFailure.invalidArgument("the volume's name has " + bytes + " bytes; at most " + MAX_BYTES + " are possible");
        }
        if (value.codePoints().anyMatch(c -> Character.isISOControl(c) && c != '\t' && c != '\n' && c != '\r')) {
            throw RpcFailure.invalidArgument("the volume's name has a control character in it; none is possible");
        }
    }

    /**
     * The blob's name without a number.
     *
     * @param prefix what it starts with
     * @param room how many bytes it may have, so that the volume's id isn't too long
     * @throws RpcFailure INVALID_ARGUMENT if that is too little for any
     */
    BlobName blob(String prefix, int room) {
        String simple = prefix + value;
        if (SIMPLE.matcher(value).matches() && simple.length() + NUMBER_BYTES <= room) {
            return new BlobName(simple);
        }
        String hashed = prefix + "v" + MARK + digest();
        if (hashed.length() + NUMBER_BYTES > room) {
            throw RpcFailure.invalidArgument("the names of endpoint, container and blobNamePrefix are too long for a volume's id, by "
                    + (hashed.length() + NUMBER_BYTES - room) + " bytes: choose a shorter container or prefix");
        }
        return new BlobName(hashed);
    }

    /** The blob's name with a number, from 2 on; 1 is the name without. */
    static BlobName numbered(BlobName base, int number) {
        return number == 1 ? base : new BlobName(base.value() + MARK + number);
    }

    private String digest() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
