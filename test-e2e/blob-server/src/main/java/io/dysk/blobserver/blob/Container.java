package io.dysk.blobserver.blob;

import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** A container. Its monitor guards which blobs exist in it; looking one up needs no lock. */
final class Container {
    final String account;
    final String name;
    final NavigableMap<String, Blob> blobs = new ConcurrentSkipListMap<>();
    private Map<String, String> metadata = Map.of();
    private volatile boolean live = true;
    private long etag;
    private long modified;

    Container(String account, String name) {
        this.account = account;
        this.name = name;
    }

    synchronized void touch(long newEtag, long now) {
        etag = newEtag;
        modified = now;
    }

    synchronized String etagText() {
        return String.format("\"0x%016X\"", etag);
    }

    synchronized long modified() {
        return modified;
    }

    synchronized Map<String, String> metadata() {
        return metadata;
    }

    synchronized void metadata(Map<String, String> wanted) {
        metadata = Map.copyOf(wanted);
    }

    boolean live() {
        return live;
    }

    void die() {
        live = false;
    }
}
