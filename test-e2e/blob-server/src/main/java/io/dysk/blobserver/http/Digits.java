package io.dysk.blobserver.http;

/** Numbers as ASCII text. */
public final class Digits {
    private static final byte[] HEX = {
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'
    };

    private Digits() {}

    /** The decimal number at [start, end), or -1 if it is none of 0 to 2^63-1. */
    public static long parse(byte[] bytes, int start, int end) {
        int length = end - start;
        if (length <= 0 || length > 19) {
            return -1;
        }
        long value = 0;
        for (int i = start; i < end; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        // 19 digits fit in 64 bits without a sign; those beyond 2^63-1 came out negative.
        return value < 0 ? -1 : value;
    }

    /** Writes a number that isn't negative; returns the position after it. */
    static int write(byte[] to, int at, long value) {
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        for (int i = at + digits - 1; i >= at; i--) {
            long quotient = value / 10;
            to[i] = (byte) ('0' + (int) (value - quotient * 10));
            value = quotient;
        }
        return at + digits;
    }

    /** Writes the lowest {@code digits} hexadecimal digits; returns the position after them. */
    static int writeHex(byte[] to, int at, long value, int digits) {
        for (int i = digits - 1; i >= 0; i--) {
            to[at + i] = HEX[(int) value & 15];
            value >>>= 4;
        }
        return at + digits;
    }
}
