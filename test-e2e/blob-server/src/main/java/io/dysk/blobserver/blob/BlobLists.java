package io.dysk.blobserver.blob;

import io.dysk.blobserver.http.ServerClock;
import io.dysk.blobserver.protocol.Query;
import io.dysk.blobserver.protocol.Xml;
import java.util.Locale;
import java.util.Map;

/**
 * List Blobs: by name, snapshots before their blob, with prefix, delimiter, marker and what include names.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/list-blobs">List Blobs</a>
 */
final class BlobLists {
    private static final int MAX_RESULTS = 5000;

    private final Store store;
    private final Tiers tiers;

    BlobLists(Store store, Tiers tiers) {
        this.store = store;
        this.tiers = tiers;
    }

    /** What a listing shows beside names and properties. */
    private record Include(boolean metadata, boolean snapshots, boolean tags, boolean copy) {
        static Include parse(String text) {
            String list = "," + text + ",";
            return new Include(
                    list.contains(",metadata,"), list.contains(",snapshots,"), list.contains(",tags,"), list.contains(",copy,"));
        }
    }

    void list(Call call) {
        Container container = store.container(call.target().account(), call.target().container());
        Query query = call.query();
        String prefix = query.text("prefix");
        String delimiter = query.text("delimiter");
        String marker = query.text("marker");
        int limit = query.number("maxresults", MAX_RESULTS, MAX_RESULTS);
        Include include = Include.parse(query.text("include"));
        Xml xml = new Xml().open(
                "EnumerationResults",
                "ServiceEndpoint", ContainerOperations.endpoint(call, container.account),
                "ContainerName", container.name);
        xml.optional("Prefix", prefix).optional("Marker", marker).element("MaxResults", limit)
                .optional("Delimiter", delimiter).open("Blobs");
        String next = "";
        String lastPrefix = "";
        int count = 0;
        for (Blob blob : container.blobs.tailMap(marker.compareTo(prefix) > 0 ? marker : prefix, true).values()) {
            if (!blob.name.startsWith(prefix)) {
                break;
            }
            int cut = delimiter.isEmpty() ? -1 : blob.name.indexOf(delimiter, prefix.length());
            String shared = cut < 0 ? "" : blob.name.substring(0, cut + delimiter.length());
            if (!shared.isEmpty() && shared.equals(lastPrefix)) {
                continue;
            }
            // A blob and its snapshots stay together, so a page may be a little longer than asked for.
            if (count >= limit) {
                next = blob.name;
                break;
            }
            if (!shared.isEmpty()) {
                lastPrefix = shared;
                xml.open("BlobPrefix").element("Name", shared).close();
                count++;
            } else {
                count += add(xml, blob, include, call.now);
            }
        }
        xml.close().element("NextMarker", next);
        call.begin(200);
        call.xml(xml.bytes());
    }

    private int add(Xml xml, Blob blob, Include include, long now) {
        synchronized (blob) {
            if (!blob.live()) {
                return 0;
            }
            int count = 1;
            if (include.snapshots) {
                for (Map.Entry<String, Version> snapshot : blob.snapshots.entrySet()) {
                    add(xml, blob, snapshot.getKey(), snapshot.getValue(), include, now);
                    count++;
                }
            }
            add(xml, blob, null, blob.current(), include, now);
            return count;
        }
    }

    private void add(Xml xml, Blob blob, String snapshot, Version version, Include include, long now) {
        xml.open("Blob").element("Name", blob.name).optional("Snapshot", snapshot).open("Properties")
                .element("Creation-Time", ServerClock.format(version.created))
                .element("Last-Modified", ServerClock.format(version.modified()))
                .element("Etag", version.etagText().replace("\"", ""))
                .element("Content-Length", version.size())
                .element("Content-Type", version.headers().getOrDefault("Content-Type", "application/octet-stream"))
                .element("BlobType", version.type.text());
        if (version.type == BlobType.PAGE) {
            xml.element("x-ms-blob-sequence-number", version.sequence());
        }
        xml.optional("AccessTier", tiers.of(version));
        if (version.tier().isEmpty() && !tiers.of(version).isEmpty()) {
            xml.element("AccessTierInferred", "true");
        }
        if (snapshot == null) {
            Lease.State state = blob.lease.state(now);
            xml.element("LeaseStatus", state.locked() ? "locked" : "unlocked")
                    .element("LeaseState", state.name().toLowerCase(Locale.ROOT));
            if (state == Lease.State.LEASED) {
                xml.element("LeaseDuration", blob.lease.finite() ? "fixed" : "infinite");
            }
        }
        if (include.copy && version.copy() != null) {
            Copy copy = version.copy();
            xml.element("CopyId", copy.id())
                    .element("CopyStatus", copy.status().text())
                    .optional("CopyStatusDescription", copy.reason())
                    .element("CopySource", copy.source())
                    .element("CopyProgress", copy.done() + "/" + copy.total())
                    .optional("CopyCompletionTime", copy.time() == 0 ? "" : ServerClock.format(copy.time()));
        }
        xml.element("ServerEncrypted", "true").close();
        if (include.metadata) {
            xml.open("Metadata");
            version.metadata().forEach(xml::element);
            xml.close();
        }
        if (include.tags && snapshot == null && !blob.tags().isEmpty()) {
            xml.open("Tags").open("TagSet");
            blob.tags().forEach((name, value) -> xml.open("Tag").element("Key", name).element("Value", value).close());
            xml.close().close();
        }
        xml.close();
    }
}
