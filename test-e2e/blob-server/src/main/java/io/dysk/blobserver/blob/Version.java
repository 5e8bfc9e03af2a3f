package io.dysk.blobserver.blob;

import io.dysk.blobserver.http.BodySource;
import io.dysk.blobserver.http.ServerClock;
import io.dysk.blobserver.pages.Content;
import io.dysk.blobserver.pages.PageRange;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The state of a blob, or of one of its snapshots: content and properties. Guarded by the blob's
 * monitor; a snapshot's never changes.
 */
final class Version implements BodySource {
    final Blob blob;
    final BlobType type;
    final long created;
    private Content content;
    private long size;
    private long sequence;
    private long etag;
    private long generation;
    private long modified;
    private byte[] modifiedText;
    private Map<String, String> metadata = Map.of();
    private Map<String, String> headers = Map.of();
    private String tier = "";
    private Copy copy;
    private byte[] lines;

    Version(Blob blob, BlobType type, Content content, long size, long created) {
        this.blob = blob;
        this.type = type;
        this.content = content;
        this.size = size;
        this.created = created;
    }

    /** A copy of everything, for a snapshot. */
    Version snapshot() {
        Version copied = new Version(blob, type, content.copy(), size, created);
        copied.sequence = sequence;
        copied.etag = etag;
        copied.generation = generation;
        copied.modified = modified;
        copied.modifiedText = modifiedText;
        copied.metadata = metadata;
        copied.headers = headers;
        copied.tier = tier;
        copied.copy = copy;
        return copied;
    }

    @Override
    public void read(long offset, int length, ByteBuffer to) {
        synchronized (blob) {
            if (content == null) {
                throw new IllegalStateException("the blob was deleted while it was read");
            }
            long there = Math.clamp(size - offset, 0, length);
            content.read(offset, (int) there, to);
            for (long i = there; i < length; i++) {
                to.put((byte) 0);
            }
        }
    }

    /** Ends the use of the content; reads under way fail. */
    void release() {
        content.release();
        content = null;
    }

    /** Puts the content of a copy that was under way in place; what was there is returned. */
    Content install(Content arrived) {
        Content before = content;
        content = arrived;
        return before;
    }

    Content content() {
        return content;
    }

    List<PageRange> ranges(long offset, long end, int limit) {
        return content.ranges(offset, Math.min(end, size), limit);
    }

    /** Pages cut off are gone for good: growing again shows zeros. */
    void resize(long wanted) {
        if (wanted < size) {
            content.clear(wanted, size - wanted);
        }
        size = wanted;
    }

    /** Gives it a new etag and time. */
    void touch(long newEtag, long now, ServerClock clock) {
        etag = newEtag;
        modified = now;
        modifiedText = clock.date(now);
    }

    void sequence(long number) {
        sequence = number;
    }

    void metadata(Map<String, String> wanted) {
        metadata = Map.copyOf(wanted);
        lines = null;
    }

    void headers(Map<String, String> wanted) {
        headers = Map.copyOf(wanted);
        lines = null;
    }

    void tier(String wanted) {
        tier = wanted;
    }

    void copy(Copy wanted) {
        copy = wanted;
        lines = null;
    }

    /** Versions of different generations have nothing in common: the blob was overwritten in between. */
    long generation() {
        return generation;
    }

    void generation(long number) {
        generation = number;
    }

    long size() {
        return size;
    }

    long sequence() {
        return sequence;
    }

    long etag() {
        return etag;
    }

    String etagText() {
        return String.format("\"0x%016X\"", etag);
    }

    long modified() {
        return modified;
    }

    byte[] modifiedText() {
        return modifiedText;
    }

    Map<String, String> metadata() {
        return metadata;
    }

    Map<String, String> headers() {
        return headers;
    }

    String tier() {
        return tier;
    }

    Copy copy() {
        return copy;
    }

    /** The header lines that change seldom, ready to be sent. */
    byte[] lines() {
        if (lines == null) {
            lines = makeLines();
        }
        return lines;
    }

    private byte[] makeLines() {
        StringBuilder text = new StringBuilder();
        line(text, "Content-Type", headers.getOrDefault("Content-Type", "application/octet-stream"));
        headers.forEach((name, value) -> {
            if (!name.equals("Content-Type")) {
                line(text, name, value);
            }
        });
        line(text, "Accept-Ranges", "bytes");
        line(text, "x-ms-blob-type", type.text());
        line(text, "x-ms-creation-time", ServerClock.format(created));
        line(text, "x-ms-server-encrypted", "true");
        metadata.forEach((name, value) -> line(text, "x-ms-meta-" + name, value));
        if (copy != null) {
            line(text, "x-ms-copy-id", copy.id());
            line(text, "x-ms-copy-source", copy.source());
            line(text, "x-ms-copy-status", copy.status().text());
            if (!copy.reason().isEmpty()) {
                line(text, "x-ms-copy-status-description", copy.reason());
            }
            line(text, "x-ms-copy-progress", copy.done() + "/" + copy.total());
            if (copy.time() != 0) {
                line(text, "x-ms-copy-completion-time", ServerClock.format(copy.time()));
            }
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(name).append(": ").append(value.replace('\r', ' ').replace('\n', ' ')).append("\r\n");
    }
}
