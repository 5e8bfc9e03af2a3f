package io.dysk.kernelsuite.faults;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One request that passes through a {@link TamperingProxy}, head read, body not yet. Used by one thread. */
final class Exchange {
    private static final int HEAD_MAX = 32 * 1024;

    /** An answer of the server, taken apart. */
    record Answer(String head, byte[] body) {
        /** With a header's line replaced; the first letter of each word is as the server writes it. */
        Answer withHeader(String name, String value) {
            return new Answer(head.replaceFirst("(?im)^" + name + ":.*$", name + ": " + value), body);
        }

        Answer withoutHeader(String name) {
            return new Answer(head.replaceFirst("(?im)^" + name + ":.*\r\n", ""), body);
        }

        /** The header's line goes at the end of the head. */
        Answer withAnotherHeader(String line) {
            return new Answer(head.substring(0, head.length() - 2) + line + "\r\n\r\n", body);
        }

        byte[] bytes() {
            byte[] start = head.getBytes(StandardCharsets.ISO_8859_1);
            byte[] whole = new byte[start.length + body.length];
            System.arraycopy(start, 0, whole, 0, start.length);
            System.arraycopy(body, 0, whole, start.length, body.length);
            return whole;
        }
    }

    private final String head;
    private final Socket guest;
    private final InputStream fromGuest;
    private final Socket server;
    private final InputStream fromServer;

    private Exchange(String head, Socket guest, InputStream fromGuest, Socket server, InputStream fromServer) {
        this.head = head;
        this.guest = guest;
        this.fromGuest = fromGuest;
        this.server = server;
        this.fromServer = fromServer;
    }

    /** Waits for the next request; null when the guest has closed the connection. */
    static Exchange next(Socket guest, BufferedInputStream fromGuest, Socket server, BufferedInputStream fromServer)
            throws IOException {
        String head = readHead(fromGuest);
        return head == null ? null : new Exchange(head, guest, fromGuest, server, fromServer);
    }

    /** Whether it is a Put Page. */
    boolean isWrite() {
        return head.startsWith("PUT ") && head.contains("comp=page");
    }

    /** Whether it is a Get Blob. */
    boolean isRead() {
        return head.startsWith("GET ");
    }

    /** The value of its x-ms-client-request-id. */
    String id() {
        return head.lines().filter(line -> line.startsWith("x-ms-client-request-id: "))
                .map(line -> line.substring(line.indexOf(' ') + 1)).findFirst().orElseThrow();
    }

    byte[] readBody() throws IOException {
        return exactly(fromGuest, length(head));
    }

    /** Head and body, as the guest sends them; reads the body. */
    byte[] readWhole() throws IOException {
        return new Answer(head, readBody()).bytes();
    }

    /** Has the server serve the request. */
    Answer forward() throws IOException {
        OutputStream toServer = server.getOutputStream();
        toServer.write(readWhole());
        toServer.flush();
        String answer = readHead(fromServer);
        if (answer == null) {
            throw new EOFException("the server gave no answer");
        }
        return new Answer(answer, head.startsWith("HEAD ") ? new byte[0] : exactly(fromServer, length(answer)));
    }

    /** In one piece, as far as it depends on us. */
    void send(byte[] bytes) throws IOException {
        guest.getOutputStream().write(bytes);
        guest.getOutputStream().flush();
    }

    /** Says no more to the guest, and still listens. */
    void endOutput() throws IOException {
        guest.shutdownOutput();
    }

    /** Ends the guest's connection with a reset. */
    void reset() throws IOException {
        guest.setSoLinger(true, 0);
        guest.close();
    }

    private static int length(String head) {
        for (String line : head.split("\r\n")) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                return Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        return 0;
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the body is cut short");
        }
        return bytes;
    }

    private static String readHead(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.length() < HEAD_MAX) {
            int c = in.read();
            if (c < 0) {
                return null;
            }
            text.append((char) c);
            if (c == '\n' && text.length() >= 4 && text.substring(text.length() - 4).equals("\r\n\r\n")) {
                return text.toString();
            }
        }
        throw new IOException("the head is too long");
    }
}
