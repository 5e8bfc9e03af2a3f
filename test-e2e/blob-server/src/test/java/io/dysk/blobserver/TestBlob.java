package io.dysk.blobserver;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The operations on one blob, by name. Headers given last override those an operation has by itself. */
record TestBlob(RawClient client, String path) {

    static Map<String, String> headers(String... pairs) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            headers.put(pairs[i], pairs[i + 1]);
        }
        return headers;
    }

    static String range(long start, long length) {
        return "bytes=" + start + "-" + (start + length - 1);
    }

    Reply create(long size, String... more) throws IOException {
        return put("", with(headers("x-ms-blob-type", "PageBlob", "x-ms-blob-content-length", Long.toString(size)), more));
    }

    Reply write(long offset, byte[] bytes, String... more) throws IOException {
        Map<String, String> headers = headers("x-ms-page-write", "update", "x-ms-range", range(offset, bytes.length));
        return client.send("PUT", path, "comp=page", with(headers, more), bytes);
    }

    Reply clear(long offset, long length, String... more) throws IOException {
        return put("comp=page", with(headers("x-ms-page-write", "clear", "x-ms-range", range(offset, length)), more));
    }

    Reply read(long offset, long length, String... more) throws IOException {
        return get("", with(headers("x-ms-range", range(offset, length)), more));
    }

    Reply readSnapshot(String snapshot, long offset, long length) throws IOException {
        return get("snapshot=" + snapshot, headers("x-ms-range", range(offset, length)));
    }

    Reply head(String... more) throws IOException {
        return client.send("HEAD", path, "", headers(more));
    }

    Reply setProperties(String... more) throws IOException {
        return put("comp=properties", headers(more));
    }

    Reply sequence(String action, long number, String... more) throws IOException {
        return put("comp=properties", with(
                headers("x-ms-sequence-number-action", action, "x-ms-blob-sequence-number", Long.toString(number)), more));
    }

    Reply lease(String action, String... more) throws IOException {
        return put("comp=lease", with(headers("x-ms-lease-action", action), more));
    }

    Reply acquire(String id, int seconds) throws IOException {
        return lease("acquire", "x-ms-lease-duration", Integer.toString(seconds), "x-ms-proposed-lease-id", id);
    }

    /** Takes a snapshot and returns its name. */
    String snapshot(String... more) throws IOException {
        return put("comp=snapshot", headers(more)).header("x-ms-snapshot");
    }

    Reply copyFrom(String url, String... more) throws IOException {
        return put("", with(headers("x-ms-copy-source", url), more));
    }

    Reply delete(String... more) throws IOException {
        return client.send("DELETE", path, "", headers(more));
    }

    Reply pageList(String query, String... more) throws IOException {
        return get("comp=pagelist" + (query.isEmpty() ? "" : "&" + query), headers(more));
    }

    Reply get(String query, Map<String, String> headers) throws IOException {
        return client.send("GET", path, query, headers);
    }

    Reply put(String query, Map<String, String> headers) throws IOException {
        return client.send("PUT", path, query, headers);
    }

    private static Map<String, String> with(Map<String, String> headers, String... more) {
        headers.putAll(headers(more));
        return headers;
    }
}
