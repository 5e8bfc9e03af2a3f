package io.dysk.blobserver.http;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.function.LongSupplier;

/** The time as the server sees and tells it; it can be made to run ahead or behind. Thread-safe. */
public final class ServerClock {
    private static final DateTimeFormatter IMF_FIXDATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private record Second(long number, byte[] text) {}

    private final LongSupplier milliseconds;
    private volatile long skew;
    private volatile Second last = second(0);

    /**
     * @param milliseconds UNIX time in milliseconds
     */
    public ServerClock(LongSupplier milliseconds) {
        this.milliseconds = milliseconds;
    }

    /** UNIX time in milliseconds. */
    public long now() {
        return milliseconds.getAsLong() + skew;
    }

    /** Moves the clock by that many milliseconds against the true time. */
    public void skew(long milliseconds) {
        skew = milliseconds;
    }

    /** That time as an HTTP date. The array is shared: not to be changed. */
    public byte[] date(long milliseconds) {
        Second known = last;
        long number = Math.floorDiv(milliseconds, 1000);
        if (known.number != number) {
            known = second(number);
            last = known;
        }
        return known.text;
    }

    /** An HTTP date as UNIX milliseconds, or -1 if it isn't one. */
    public static long parse(String date) {
        try {
            return Instant.from(IMF_FIXDATE.parse(date)).toEpochMilli();
        } catch (DateTimeParseException e) {
            return -1;
        }
    }

    /** UNIX milliseconds as an HTTP date. */
    public static String format(long milliseconds) {
        return IMF_FIXDATE.format(Instant.ofEpochMilli(milliseconds));
    }

    private static Second second(long number) {
        return new Second(number, IMF_FIXDATE.format(Instant.ofEpochSecond(number)).getBytes(StandardCharsets.US_ASCII));
    }
}
