package io.dysk.blobserver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Loads a page-blob endpoint and prints requests a second: {@code LoadClient PORT get|put BYTES
 * CONNECTIONS SECONDS [sas|key]}. One request in flight per connection, random offsets in 64 MiB.
 */
final class LoadClient {
    private static final long BLOB = 64L << 20;
    private static final String CONTAINER = "load";

    private LoadClient() {}

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        boolean put = arguments[1].equals("put");
        int bytes = Integer.parseInt(arguments[2]);
        int connections = Integer.parseInt(arguments[3]);
        int seconds = Integer.parseInt(arguments[4]);
        boolean sas = arguments.length < 6 || arguments[5].equals("sas");
        System.out.printf("%s %d bytes, %d connections, %s: %,d requests/s%n",
                put ? "PUT" : "GET", bytes, connections, sas ? "SAS" : "SharedKey",
                run(port, put, bytes, connections, seconds, sas));
    }

    static long run(int port, boolean put, int bytes, int connections, int seconds, boolean sas) throws Exception {
        prepare(port);
        AtomicLong done = new AtomicLong();
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            byte[][] heads = heads(port, put, bytes, sas, i);
            threads.add(Thread.ofPlatform().start(() -> load(port, put, bytes, heads, done, stop)));
        }
        Thread.sleep(seconds * 500L);
        long before = done.get();
        long start = System.nanoTime();
        Thread.sleep(seconds * 1000L);
        long rate = (done.get() - before) * 1_000_000_000L / (System.nanoTime() - start);
        stop.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        return rate;
    }

    private static void prepare(int port) throws IOException {
        try (RawClient client = new RawClient(port)) {
            String path = "/" + RawClient.ACCOUNT + "/" + CONTAINER;
            client.send("PUT", path, "restype=container", Map.of());
            TestBlob blob = new TestBlob(client, path + "/blob");
            blob.create(BLOB);
            for (long at = 0; at < BLOB; at += 4 << 20) {
                blob.write(at, PageBlobProtocolContract.bytes(4 << 20, at));
            }
        }
    }

    /** Requests ready to be sent, for offsets all over the blob. */
    private static byte[][] heads(int port, boolean put, int bytes, boolean sas, int seed) {
        String path = "/" + RawClient.ACCOUNT + "/" + CONTAINER + "/blob";
        String token = RawClient.SIGNER.serviceSas("b", CONTAINER + "/blob", "rw", Instant.now().plusSeconds(86_400), Map.of());
        Random random = new Random(seed);
        byte[][] heads = new byte[256][];
        for (int i = 0; i < heads.length; i++) {
            long offset = random.nextLong(BLOB / bytes) * bytes;
            Map<String, String> headers = TestBlob.headers(
                    "Host", "127.0.0.1:" + port,
                    "x-ms-version", RawClient.VERSION,
                    "x-ms-date", Signer.date(Instant.now()),
                    "x-ms-range", TestBlob.range(offset, bytes));
            if (put) {
                headers.put("x-ms-page-write", "update");
                headers.put("x-ms-if-sequence-number-eq", "0");
                headers.put("Content-Length", Integer.toString(bytes));
            }
            String query = put ? "comp=page" : "";
            String method = put ? "PUT" : "GET";
            if (!sas) {
                headers.put("Authorization", RawClient.SIGNER.sharedKey(method, path, query, headers));
            }
            String target = path + (query.isEmpty() && !sas ? "" : "?") + query + (sas && put ? "&" : "") + (sas ? token : "");
            StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
            headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
            heads[i] = head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        }
        return heads;
    }

    private static void load(int port, boolean put, int bytes, byte[][] heads, AtomicLong done, AtomicBoolean stop) {
        ByteBuffer out = ByteBuffer.allocateDirect(4096 + bytes);
        ByteBuffer in = ByteBuffer.allocateDirect(8192 + bytes);
        byte[] head = new byte[4096];
        byte[] data = PageBlobProtocolContract.bytes(bytes, 1);
        try (SocketChannel socket = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            for (int i = 0; !stop.get(); i++) {
                out.clear().put(heads[i % heads.length]);
                if (put) {
                    out.put(data);
                }
                out.flip();
                while (out.hasRemaining()) {
                    socket.write(out);
                }
                receive(socket, in.clear(), head, put ? "HTTP/1.1 201" : "HTTP/1.1 206", put ? 0 : bytes);
                done.incrementAndGet();
            }
        } catch (IOException e) {
            if (!stop.get()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void receive(SocketChannel socket, ByteBuffer in, byte[] head, String status, int bytes) throws IOException {
        int end = -1;
        while (end < 0 || in.position() < end + bytes) {
            if (socket.read(in) < 0) {
                throw new IOException("the connection ended");
            }
            if (end < 0) {
                int length = Math.min(head.length, in.position());
                in.get(0, head, 0, length);
                end = endOf(head, length);
            }
        }
        for (int i = 0; i < status.length(); i++) {
            if (head[i] != status.charAt(i)) {
                throw new IOException("answered " + new String(head, 0, end, StandardCharsets.ISO_8859_1));
            }
        }
    }

    private static int endOf(byte[] head, int length) {
        for (int i = 3; i < length; i++) {
            if (head[i] == '\n' && head[i - 1] == '\r' && head[i - 2] == '\n') {
                return i + 1;
            }
        }
        return -1;
    }
}
