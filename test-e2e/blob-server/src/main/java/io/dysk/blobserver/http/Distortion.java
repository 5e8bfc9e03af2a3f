package io.dysk.blobserver.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes wrong answers of right ones. */
final class Distortion {
    private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
    private static final int FILLER_LINE = 1000;

    private final byte[] image;
    private final String head;
    private final boolean headOnly;

    /**
     * @param image a whole answer as it would be sent
     * @param headOnly whether its body isn't sent
     */
    private Distortion(byte[] image, boolean headOnly) {
        this.image = image;
        this.headOnly = headOnly;
        String text = text(image);
        this.head = text.substring(0, text.indexOf("\r\n\r\n") + 4);
    }

    /** What is to be sent instead of that answer. For forms that are one run of bytes. */
    static byte[] of(byte[] image, boolean headOnly, Delivery delivery) {
        return new Distortion(image, headOnly).make(delivery);
    }

    private byte[] make(Delivery delivery) {
        int bodyLength = image.length - head.length();
        return switch (delivery.form()) {
            case WHOLE, IDLE_END, DRIP, TWICE_LATE -> image;
            case NONE -> new byte[0];
            case REPLACED -> delivery.instead();
            case CUT_HEAD -> Arrays.copyOf(image, (int) Math.min(delivery.amountOr(head.length() / 2), head.length() - 1));
            case CUT_BODY -> Arrays.copyOf(
                    image, head.length() + (int) Math.min(delivery.amountOr(bodyLength / 2), Math.max(0, bodyLength - 1)));
            case WRONG_LENGTH -> withHead(changed("Content-Length: ()(\\d+)()", n -> Math.max(0, n + delivery.amountOr(512))));
            case WRONG_RANGE -> withHead(moved(delivery.amountOr(512)));
            case WRONG_SEQUENCE -> withHead(changed("x-ms-blob-sequence-number: ()(\\d+)()", n -> Math.max(0, n + delivery.amountOr(1))));
            case WRONG_STATUS -> withHead("HTTP/1.1 " + delivery.amountOr(200) + head.substring(12));
            case EXTRA_BYTES -> and(image, "x".repeat((int) delivery.amountOr(16)));
            case CHUNKED -> chunked((int) delivery.amountOr(4096));
            case CONTINUE -> and(bytes(CONTINUE.repeat((int) delivery.amountOr(1))), text(image));
            case HUGE_HEAD -> withHead(head.substring(0, head.length() - 2) + filler(delivery.amountOr(65_536)) + "\r\n");
            case ENDLESS_HEAD -> bytes(head.substring(0, head.length() - 2));
            case GARBAGE -> garbage((int) delivery.amountOr(256));
            case TWICE -> and(image, text(image));
        };
    }

    /** Header lines that mean nothing, so many bytes of them. */
    static String filler(long bytes) {
        StringBuilder lines = new StringBuilder();
        for (int n = 1; lines.length() < bytes; n++) {
            String start = "x-filler-" + n + ": ";
            int length = Math.clamp(bytes - lines.length(), start.length() + 3, FILLER_LINE);
            lines.append(start).append("f".repeat(length - start.length() - 2)).append("\r\n");
        }
        return lines.toString();
    }

    private String moved(long by) {
        String first = changed("Content-Range: bytes ()(\\d+)(-)", n -> Math.max(0, n + by));
        return changed(first, "Content-Range: bytes (\\d+-)(\\d+)(/)", n -> Math.max(0, n + by));
    }

    private String changed(String header, LongUnaryOperator change) {
        return changed(head, header, change);
    }

    /** A head in which the second group of a header is another number. */
    private static String changed(String head, String header, LongUnaryOperator change) {
        Matcher found = Pattern.compile("(?i)\r\n" + header).matcher(head);
        return found.find()
                ? head.substring(0, found.start(2)) + change.applyAsLong(Long.parseLong(found.group(2))) + head.substring(found.end(2))
                : head;
    }

    private byte[] chunked(int size) {
        String chunkedHead = head.replaceFirst("(?i)\r\nContent-Length: \\d+", "\r\nTransfer-Encoding: chunked");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(bytes(chunkedHead));
        if (!headOnly && !chunkedHead.equals(head)) {
            for (int at = head.length(); at < image.length; at += size) {
                int length = Math.min(size, image.length - at);
                out.writeBytes(bytes(Integer.toHexString(length) + "\r\n"));
                out.write(image, at, length);
                out.writeBytes(bytes("\r\n"));
            }
            out.writeBytes(bytes("0\r\n\r\n"));
        }
        return out.toByteArray();
    }

    /** Repeats itself for the same answer; its first byte begins no status line. */
    private byte[] garbage(int length) {
        byte[] garbage = new byte[length];
        new Random(Arrays.hashCode(image)).nextBytes(garbage);
        garbage[0] |= (byte) 0x80;
        return garbage;
    }

    private byte[] withHead(String other) {
        byte[] all = Arrays.copyOf(bytes(other), other.length() + image.length - head.length());
        System.arraycopy(image, head.length(), all, other.length(), image.length - head.length());
        return all;
    }

    private static byte[] and(byte[] first, String second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length());
        System.arraycopy(bytes(second), 0, all, first.length, second.length());
        return all;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
