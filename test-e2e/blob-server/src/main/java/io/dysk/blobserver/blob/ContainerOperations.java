package io.dysk.blobserver.blob;

import io.dysk.blobserver.http.HeaderName;
import io.dysk.blobserver.http.ServerClock;
import io.dysk.blobserver.protocol.Query;
import io.dysk.blobserver.protocol.StorageError;
import io.dysk.blobserver.protocol.StorageException;
import io.dysk.blobserver.protocol.Xml;
import java.util.List;
import java.util.Map;

/** Create, Get, Delete and List Containers, Set Container Metadata. */
final class ContainerOperations {
    private static final int MAX_RESULTS = 5000;

    private final Store store;
    private final BlobLifecycle lifecycle;

    ContainerOperations(Store store, BlobLifecycle lifecycle) {
        this.store = store;
        this.lifecycle = lifecycle;
    }

    void create(Call call) {
        String name = call.target().container();
        if (!name.matches("[a-z0-9](-?[a-z0-9])+|\\$[a-z]+") || name.length() < 3 || name.length() > 63) {
            throw new StorageException(StorageError.INVALID_RESOURCE_NAME, "A container is named with 3 to 63 of a-z, 0-9 and single hyphens.");
        }
        Map<String, String> metadata = call.metadata();
        Container container = new Container(call.target().account(), name);
        synchronized (container) {
            container.metadata(metadata == null ? Map.of() : metadata);
            container.touch(store.nextEtag(), call.now);
            if (store.containers().putIfAbsent(container.account + "/" + name, container) != null) {
                throw new StorageException(StorageError.CONTAINER_ALREADY_EXISTS);
            }
            store.keeper().save(container);
        }
        call.begin(201, container);
    }

    void delete(Call call) {
        Container container = container(call);
        synchronized (container) {
            if (!container.live()) {
                throw new StorageException(StorageError.CONTAINER_NOT_FOUND);
            }
            container.die();
            store.containers().remove(container.account + "/" + container.name);
            store.keeper().forget(container);
            for (Blob blob : List.copyOf(container.blobs.values())) {
                synchronized (blob) {
                    Version base = blob.current();
                    call.log(blob, AppliedWrite.Kind.DELETE, 0, base.size(), base.sequence(), null);
                    lifecycle.destroy(blob);
                }
            }
        }
        call.begin(202);
    }

    void get(Call call) {
        Container container = container(call);
        call.begin(200, container)
                .header("x-ms-lease-status", "unlocked")
                .header("x-ms-lease-state", "available")
                .header("x-ms-has-immutability-policy", "false")
                .header("x-ms-has-legal-hold", "false");
        container.metadata().forEach((name, value) -> call.answer.header("x-ms-meta-" + name, value));
    }

    void setMetadata(Call call) {
        Map<String, String> metadata = call.metadata();
        Container container = container(call);
        synchronized (container) {
            container.metadata(metadata == null ? Map.of() : metadata);
            container.touch(store.nextEtag(), call.now);
            store.keeper().save(container);
        }
        call.begin(200, container);
    }

    void list(Call call) {
        Query query = call.query();
        String account = call.target().account() + "/";
        String prefix = query.text("prefix");
        int limit = query.number("maxresults", MAX_RESULTS, MAX_RESULTS);
        boolean withMetadata = query.text("include").contains("metadata");
        Xml xml = new Xml().open("EnumerationResults", "ServiceEndpoint", endpoint(call, call.target().account()));
        xml.optional("Prefix", prefix).optional("Marker", query.text("marker")).element("MaxResults", limit).open("Containers");
        String next = "";
        int count = 0;
        String from = account + (query.text("marker").compareTo(prefix) > 0 ? query.text("marker") : prefix);
        for (Container container : store.containers().tailMap(from, true).values()) {
            if (!(container.account + "/").equals(account) || !container.name.startsWith(prefix)) {
                break;
            }
            if (count++ == limit) {
                next = container.name;
                break;
            }
            xml.open("Container").element("Name", container.name).open("Properties")
                    .element("Last-Modified", ServerClock.format(container.modified()))
                    .element("Etag", container.etagText())
                    .element("LeaseStatus", "unlocked")
                    .element("LeaseState", "available")
                    .close();
            if (withMetadata) {
                xml.open("Metadata");
                container.metadata().forEach(xml::element);
                xml.close();
            }
            xml.close();
        }
        xml.close().element("NextMarker", next);
        call.begin(200);
        call.xml(xml.bytes());
    }

    private Container container(Call call) {
        return store.container(call.target().account(), call.target().container());
    }

    /** The address that the client called us by, up to the account. */
    static String endpoint(Call call, String account) {
        String host = call.request.value(HeaderName.HOST);
        String start = "http://" + (host == null ? "localhost" : host) + "/";
        return start.startsWith("http://" + account + ".") ? start : start + account + "/";
    }
}
