package io.dysk.blobserver;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** A page-blob client over one connection that shows everything and hides nothing. */
final class RawClient implements AutoCloseable {
    static final String ACCOUNT = "devstoreaccount1";
    static final String KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    static final String VERSION = "2023-11-03";
    static final Signer SIGNER = new Signer(ACCOUNT, KEY);

    private final int port;
    private Wire wire;

    RawClient(int port) {
        this.port = port;
    }

    /** A request signed with the account's key. */
    Reply send(String method, String path, String query, Map<String, String> headers, byte[] body) throws IOException {
        return transmit(method, path, query, signed(method, path, query, headers, body), body);
    }

    Reply send(String method, String path, String query, Map<String, String> headers) throws IOException {
        return send(method, path, query, headers, new byte[0]);
    }

    /** A request whose only credentials are those of its query. */
    Reply sendUnsigned(String method, String path, String query, Map<String, String> headers, byte[] body)
            throws IOException {
        return transmit(method, path, query, plain(headers, body), body);
    }

    /** Head and body of a signed request, for tests that send them in pieces. */
    byte[] bytes(String method, String path, String query, Map<String, String> headers, byte[] body) {
        return head(method, path, query, signed(method, path, query, headers, body)).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The headers of a signed request. */
    Map<String, String> signed(String method, String path, String query, Map<String, String> headers, byte[] body) {
        Map<String, String> all = plain(headers, body);
        all.putIfAbsent("x-ms-date", Signer.date(Instant.now()));
        all.put("Authorization", SIGNER.sharedKey(method, path, query, all));
        return all;
    }

    private Map<String, String> plain(Map<String, String> headers, byte[] body) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("Host", "127.0.0.1:" + port);
        all.put("x-ms-version", VERSION);
        all.put("Content-Length", Integer.toString(body.length));
        all.putAll(headers);
        return all;
    }

    private static String head(String method, String path, String query, Map<String, String> headers) {
        StringBuilder head = new StringBuilder(method).append(' ').append(path);
        if (!query.isEmpty()) {
            head.append('?').append(query);
        }
        head.append(" HTTP/1.1\r\n");
        headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.append("\r\n").toString();
    }

    private Reply transmit(String method, String path, String query, Map<String, String> headers, byte[] body)
            throws IOException {
        byte[] head = head(method, path, query, headers).getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[head.length + body.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        boolean fresh = wire == null;
        try {
            return exchange(method, all);
        } catch (IOException e) {
            close();
            if (fresh) {
                throw e;
            }
            // The server may have ended an idle connection; once is enough to find out.
            return exchange(method, all);
        }
    }

    private Reply exchange(String method, byte[] all) throws IOException {
        if (wire == null) {
            wire = new Wire(port);
        }
        wire.send(all);
        Reply reply = wire.receive(method.equals("HEAD"));
        if ("close".equalsIgnoreCase(reply.header("connection"))) {
            close();
        }
        return reply;
    }

    @Override
    public void close() throws IOException {
        if (wire != null) {
            wire.close();
            wire = null;
        }
    }
}
