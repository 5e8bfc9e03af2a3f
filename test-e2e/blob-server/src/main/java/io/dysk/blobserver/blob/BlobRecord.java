package io.dysk.blobserver.blob;

import io.dysk.blobserver.pages.ContentDirectory;
import java.io.IOException;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/**
 * A blob as properties. Etags are not kept: after a restart every version has a new one, so that no
 * condition made before can hold by mistake.
 */
final class BlobRecord {
    private BlobRecord() {}

    static void write(Properties record, Blob blob) {
        Section.of(record, "tags.").put(blob.tags());
        Lease.Record lease = blob.lease.record();
        if (lease != null) {
            Section to = Section.of(record, "lease.");
            to.put("id", lease.id());
            to.put("seconds", lease.seconds());
            to.put("end", lease.end());
            to.put("breaking", lease.breaking());
            to.put("writtenSince", lease.writtenSince());
        }
        writeVersion(Section.of(record, "current."), blob.current());
        blob.snapshots.forEach((name, version) -> writeVersion(Section.of(record, "snapshot." + name + "/"), version));
    }

    static void read(Properties record, Blob blob, ContentDirectory contents, Store store, Set<Long> used)
            throws IOException {
        blob.tags(Section.of(record, "tags.").map());
        Section lease = Section.of(record, "lease.");
        if (lease.has("id")) {
            blob.lease.restore(new Lease.Record(
                    lease.text("id"),
                    (int) lease.number("seconds"),
                    lease.number("end"),
                    lease.flag("breaking"),
                    lease.flag("writtenSince")));
        }
        blob.replace(readVersion(Section.of(record, "current."), blob, contents, store, used));
        Set<String> names = new TreeSet<>();
        for (String key : Section.of(record, "snapshot.").map().keySet()) {
            names.add(key.substring(0, key.indexOf('/')));
        }
        for (String name : names) {
            Section from = Section.of(record, "snapshot." + name + "/");
            blob.snapshots.put(name, readVersion(from, blob, contents, store, used));
            store.sawSnapshot(name);
        }
    }

    private static void writeVersion(Section to, Version version) {
        to.put("type", version.type);
        to.put("content", version.content().id());
        to.put("size", version.size());
        to.put("sequence", version.sequence());
        to.put("generation", version.generation());
        to.put("created", version.created);
        to.put("modified", version.modified());
        to.put("tier", version.tier());
        to.sub("metadata.").put(version.metadata());
        to.sub("headers.").put(version.headers());
        Copy copy = version.copy();
        if (copy != null) {
            Section of = to.sub("copy.");
            of.put("id", copy.id());
            of.put("source", copy.source());
            of.put("status", copy.status());
            of.put("done", copy.done());
            of.put("total", copy.total());
            of.put("reason", copy.reason());
            of.put("time", copy.time());
        }
    }

    private static Version readVersion(Section from, Blob blob, ContentDirectory contents, Store store, Set<Long> used)
            throws IOException {
        long content = from.number("content");
        used.add(content);
        Version version = new Version(
                blob,
                BlobType.valueOf(from.text("type")),
                contents.open(content),
                from.number("size"),
                from.number("created"));
        version.sequence(from.number("sequence"));
        version.generation(from.number("generation"));
        version.touch(store.nextEtag(), from.number("modified"), store.clock());
        version.tier(from.text("tier"));
        version.metadata(from.sub("metadata.").map());
        version.headers(from.sub("headers.").map());
        Section copy = from.sub("copy.");
        if (copy.has("id")) {
            Copy.Status status = Copy.Status.valueOf(copy.text("status"));
            Copy read = new Copy(copy.text("id"), copy.text("source"), status, copy.number("done"),
                    copy.number("total"), copy.text("reason"), copy.number("time"));
            // What a copy under way read from ended with the process.
            version.copy(status == Copy.Status.PENDING ? read.ended(Copy.Status.FAILED, Copy.SERVER_FAILED, store.clock().now()) : read);
        }
        return version;
    }
}
