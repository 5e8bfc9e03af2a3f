package io.dysk.blobserver.blob;

/** Page blobs are what this server is for; block blobs exist so that requests can meet the wrong type. */
enum BlobType {
    PAGE("PageBlob"),
    BLOCK("BlockBlob");

    private final String text;

    BlobType(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
