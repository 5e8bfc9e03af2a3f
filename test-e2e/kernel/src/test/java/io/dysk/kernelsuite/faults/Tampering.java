package io.dysk.kernelsuite.faults;

import io.dysk.kernelsuite.faults.Exchange.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/**
 * Ways to spoil the answer to one request, and what the driver counts it as, for writes and for reads: a counter of
 * DYSK_IOC_STATS, "nothing" when the answer is still good, null when it makes no sense there.
 */
enum Tampering implements Reply {
    RESET_BEFORE_THE_BODY("resets", "resets") {
        @Override
        public boolean answer(Exchange exchange) throws IOException {
            exchange.reset();
            return false;
        }
    },
    RESET_AFTER_SERVING("resets", "resets") {
        @Override
        public boolean answer(Exchange exchange) throws IOException {
            exchange.forward();
            exchange.reset();
            return false;
        }
    },
    CLOSE_AFTER_SERVING("resets", "resets") {
        @Override
        public boolean answer(Exchange exchange) throws IOException {
            exchange.forward();
            return false;
        }
    },
    HALF_A_HEAD("resets", "resets") {
        @Override
        public boolean answer(Exchange exchange) throws IOException {
            Answer answer = exchange.forward();
            exchange.send(Arrays.copyOf(answer.bytes(), answer.head().length() / 2));
            return false;
        }
    },
    HALF_A_BODY("resets", "resets") {
        @Override
        public boolean answer(Exchange exchange) throws IOException {
            Answer answer = exchange.forward();
            byte[] body = answer.body().length == 0 ? new byte[100] : answer.body();
            byte[] whole = answer.withHeader("Content-Length", "" + body.length).bytes();
            exchange.send(Arrays.copyOf(whole, answer.head().length() + body.length / 2));
            return false;
        }
    },
    /** What is missing never comes; of a read that is also more than an answer to skip may be. */
    LENGTH_TOO_LARGE("timeouts", "bad_answers") {
        @Override
        public boolean answer(Exchange exchange) throws IOException {
            Answer answer = exchange.forward();
            exchange.send(answer.withHeader("Content-Length", "" + (answer.body().length + 1)).bytes());
            return true;
        }
    },
    LENGTH_TOO_SMALL(null, "bad_answers") {
        @Override
        public boolean answer(Exchange exchange) throws IOException {
            Answer answer = exchange.forward();
            exchange.send(answer.withHeader("Content-Length", "" + (answer.body().length - 1)).bytes());
            return true;
        }
    },
    TWO_LENGTHS("bad_answers", "bad_answers") {
        @Override
        public boolean answer(Exchange exchange) throws IOException {
            exchange.send(exchange.forward().withAnotherHeader("Content-Length: 7").bytes());
            return true;
        }
    },
    ANOTHER_RANGE(null, "bad_answers") {
        @Override
        public boolean answer(Exchange exchange) throws IOException {
            Answer answer = exchange.forward();
            exchange.send(answer.withHeader("Content-Range", "bytes 512-" + (511 + answer.body().length) + "/4194304").bytes());
            return true;
        }
    },
    NO_RANGE(null, "bad_answers") {
        @Override
        public boolean answer(Exchange exchange) throws IOException {
            exchange.send(exchange.forward().withoutHeader("Content-Range").bytes());
            return true;
        }
    },
    ANOTHER_STATUS("bad_answers", "bad_answers") {
        @Override
        public boolean answer(Exchange exchange) throws IOException {
            Answer answer = exchange.forward();
            exchange.send(new Answer(answer.head().replaceFirst("^HTTP/1.1 \\d+", "HTTP/1.1 204"), answer.body()).bytes());
            return true;
        }
    },
    /** The write's answer comes twice in one piece; the second would pass for that of the next request. */
    ANSWERED_TWICE("bad_answers", "nothing") {
        @Override
        public boolean answer(Exchange exchange) throws IOException {
            byte[] once = exchange.forward().bytes();
            byte[] twice = Arrays.copyOf(once, 2 * once.length);
            System.arraycopy(once, 0, twice, once.length, once.length);
            exchange.send(twice);
            return true;
        }
    },
    /** As if it were the answer to some other request. */
    ANOTHER_ID("bad_answers", "bad_answers") {
        @Override
        public boolean answer(Exchange exchange) throws IOException {
            exchange.send(exchange.forward().withHeader("x-ms-client-request-id", "00000000000000aa").bytes());
            return true;
        }
    },
    NO_ID("bad_answers", "bad_answers") {
        @Override
        public boolean answer(Exchange exchange) throws IOException {
            exchange.send(exchange.forward().withoutHeader("x-ms-client-request-id").bytes());
            return true;
        }
    },
    CHUNKED("nothing", "bad_answers") {
        @Override
        public boolean answer(Exchange exchange) throws IOException {
            Answer answer = exchange.forward();
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            if (answer.body().length > 0) {
                body.write((Integer.toHexString(answer.body().length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                body.write(answer.body());
                body.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            body.write("0\r\nX-Trailer: 1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            exchange.send(new Answer(answer.head(), body.toByteArray()).withoutHeader("Content-Length")
                    .withAnotherHeader("Transfer-Encoding: chunked").bytes());
            return true;
        }
    },
    CONTINUE_FIRST("nothing", "nothing") {
        @Override
        public boolean answer(Exchange exchange) throws IOException {
            exchange.send("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            exchange.send(exchange.forward().bytes());
            return true;
        }
    },
    BYTE_BY_BYTE("nothing", "nothing") {
        @Override
        public boolean answer(Exchange exchange) throws IOException {
            Answer answer = exchange.forward();
            for (byte b : answer.head().getBytes(StandardCharsets.ISO_8859_1)) {
                exchange.send(new byte[] {b});
            }
            exchange.send(answer.body());
            return true;
        }
    },
    ANSWER_WITH_CLOSE("nothing", "nothing") {
        @Override
        public boolean answer(Exchange exchange) throws IOException {
            exchange.send(exchange.forward().withoutHeader("Connection").withAnotherHeader("Connection: close").bytes());
            return false;
        }
    },
    HUGE_HEAD("bad_answers", "bad_answers") {
        @Override
        public boolean answer(Exchange exchange) throws IOException {
            exchange.send(exchange.forward().withAnotherHeader("X-Filler: " + "a".repeat(20_000)).bytes());
            return true;
        }
    },
    /** A blob may have 8 KiB of metadata. */
    LONG_HEAD("nothing", "nothing") {
        @Override
        public boolean answer(Exchange exchange) throws IOException {
            exchange.send(exchange.forward().withAnotherHeader(("x-ms-meta-some: " + "a".repeat(800) + "\r\n").repeat(10)
                    + "x-ms-meta-last: z").bytes());
            return true;
        }
    },
    GARBAGE("bad_answers", "bad_answers") {
        @Override
        public boolean answer(Exchange exchange) throws IOException {
            exchange.forward();
            byte[] noise = new byte[600];
            new Random(1).nextBytes(noise);
            System.arraycopy("\r\n\r\n".getBytes(StandardCharsets.US_ASCII), 0, noise, 500, 4);
            exchange.send(noise);
            return true;
        }
    },
    /** Refused as soon as the head was there; the body is read and thrown away. */
    REFUSED_BEFORE_THE_BODY("throttled", null) {
        @Override
        public boolean answer(Exchange exchange) throws IOException {
            exchange.send(("HTTP/1.1 503 Busy\r\nx-ms-error-code: ServerBusy\r\nContent-Length: 0\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            exchange.readBody();
            return true;
        }
    };

    private final String countsForWrites;
    private final String countsForReads;

    Tampering(String countsForWrites, String countsForReads) {
        this.countsForWrites = countsForWrites;
        this.countsForReads = countsForReads;
    }

    String countsForWrites() {
        return countsForWrites;
    }

    String countsForReads() {
        return countsForReads;
    }

    /** Whether the driver can know what became of a write; if not, it has to raise the epoch. */
    Fate fateOfWrites() {
        if (this == RESET_BEFORE_THE_BODY) {
            return Fate.KNOWN_OR_NOT;
        }
        return countsForWrites.equals("nothing") || countsForWrites.equals("throttled") ? Fate.KNOWN : Fate.UNKNOWN;
    }

    /** How often in a row; what is waited for lasts until the request's time limit. */
    int times() {
        return this == LENGTH_TOO_LARGE ? 1 : 2;
    }
}
