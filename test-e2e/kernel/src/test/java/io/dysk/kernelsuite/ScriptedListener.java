package io.dysk.kernelsuite;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** Something that listens where a blob service should, and says the same to everybody. Ends with its test. */
final class ScriptedListener implements AutoCloseable {
    private final ServerSocket socket;
    private final byte[] greeting;
    private final byte[] answer;

    private ScriptedListener(String greeting, String answer) {
        this.greeting = greeting == null ? null : greeting.getBytes(StandardCharsets.ISO_8859_1);
        this.answer = answer == null ? null : answer.getBytes(StandardCharsets.ISO_8859_1);
        try {
            socket = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::acceptAll);
    }

    /** Speaks first, like a mail or SSH server, and then closes. */
    static ScriptedListener greeting(String text) {
        return new ScriptedListener(text, null);
    }

    /** Answers each request head. An empty answer closes the connection. */
    static ScriptedListener answering(String text) {
        return new ScriptedListener(null, text);
    }

    /** Takes connections and says nothing, ever. */
    static ScriptedListener silent() {
        return new ScriptedListener(null, null);
    }

    int port() {
        return socket.getLocalPort();
    }

    private void acceptAll() {
        while (!socket.isClosed()) {
            try {
                Socket peer = socket.accept();
                Thread.ofVirtual().start(() -> serve(peer));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket peer) {
        try (peer) {
            if (greeting != null) {
                peer.getOutputStream().write(greeting);
                return;
            }
            while (readHead(peer.getInputStream())) {
                if (answer != null && answer.length == 0) {
                    return;
                }
                if (answer != null) {
                    peer.getOutputStream().write(answer);
                }
            }
        } catch (SocketException e) {
            // The guest reset it: it has heard enough.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads up to an empty line; false at the end of the stream. */
    private static boolean readHead(InputStream in) throws IOException {
        int newlines = 0;
        while (newlines < 2) {
            int c = in.read();
            if (c < 0) {
                return false;
            }
            newlines = c == '\n' ? newlines + 1 : c == '\r' ? newlines : 0;
        }
        return true;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
