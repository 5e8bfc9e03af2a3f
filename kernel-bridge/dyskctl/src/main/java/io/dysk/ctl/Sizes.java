package io.dysk.ctl;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: {@code 10GiB}, {@code 1.5Ti}, {@code 500GB}, {@code 1073741824}. */
final class Sizes {

    static final int SECTOR_BYTES = 512;

    private static final Pattern FORM = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,6})?)\\s*([kKMGT]i?)?B?");
    private static final Map<String, Long> UNITS = Map.of(
            "K", 1000L, "M", 1000_000L, "G", 1000_000_000L, "T", 1000_000_000_000L,
            "KI", 1L << 10, "MI", 1L << 20, "GI", 1L << 30, "TI", 1L << 40);

    private Sizes() {}

    /**
     * Reads a size: with Ki, Mi, Gi, Ti in powers of 1024, with k, M, G, T in powers of 1000, with nothing in bytes; a B
     * may follow.
     *
     * @return bytes, a multiple of 512
     */
    static long parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw CtlException.usage("'" + text + "' is not a size: write for example 10GiB, 500MiB or a number of bytes");
        }
        long unit = matcher.group(2) == null ? 1 : UNITS.get(matcher.group(2).toUpperCase(Locale.ROOT));
        BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
        if (bytes.signum() == 0 || bytes.compareTo(BigDecimal.valueOf(8L << 40)) > 0) {
            throw CtlException.usage("the size " + text + " is not possible: a page blob has from 512 bytes to 8TiB");
        }
        long whole = bytes.setScale(0, RoundingMode.UP).longValueExact();
        if (whole % SECTOR_BYTES != 0) {
            long up = (whole / SECTOR_BYTES + 1) * SECTOR_BYTES;
            throw CtlException.usage("the size " + text + " is not a multiple of " + SECTOR_BYTES
                    + " bytes: take " + up + ", or a size in MiB or GiB");
        }
        return whole;
    }

    /** A size for people, in powers of 1024, exact where it is whole: {@code 10GiB}, {@code 1.5TiB}. */
    static String format(long bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
        int unit = 0;
        double value = bytes;
        while (Math.abs(value) >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        String number = value == Math.rint(value)
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.1f", value);
        return number + units[unit];
    }
}
