package io.dysk.blob;

/**
 * What a request is for: for messages, and for whether it may be sent again.
 *
 * @param what a verb and its object, such as {@code resize blob disks/pvc-1}
 * @param target what it is done to
 * @param repeat when it may be sent again
 */
record Operation(String what, Target target, Repeat repeat) {
    /** To what kind of thing it is done. */
    enum Target { ACCOUNT, CONTAINER, BLOB }

    /** When a request may be sent again. */
    enum Repeat {
        /** Always, and its failure always means that nothing changed: it only reads. */
        READS,
        /** Also after an unknown outcome: applied twice, or late, it does no harm. */
        ALWAYS,
        /** Only when it is certain that it was not applied. */
        IF_NOT_APPLIED
    }

    static Operation onBlob(String verb, BlobAddress address, Repeat repeat) {
        return new Operation(verb + " blob " + address, Target.BLOB, repeat);
    }

    static Operation onContainer(String verb, ContainerName container, Repeat repeat) {
        return new Operation(verb + " container " + container, Target.CONTAINER, repeat);
    }
}
