package io.dysk.blob;

/** What the holder of a SAS for one blob may do. */
public enum BlobAccess {
    /** Get Blob, its properties and its page ranges. */
    READ("r"),
    /** Also Put Page, Lease Blob, Set Blob Properties (sequence number) and Set Blob Metadata: all that write access takes. */
    READ_WRITE("rw");

    private final String rights;

    BlobAccess(String rights) {
        this.rights = rights;
    }

    /** The value of {@code sp}. */
    String rights() {
        return rights;
    }
}
