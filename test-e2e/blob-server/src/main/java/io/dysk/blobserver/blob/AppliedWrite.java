package io.dysk.blobserver.blob;

/**
 * One change that was applied to a blob.
 *
 * @param number of the change among all of the server, from 1, without gaps
 * @param blob "account/container/name"
 * @param kind what
 * @param offset first byte, for updates and clears
 * @param length bytes, for updates and clears; the new size for creates, resizes and copies
 * @param sequence sequence number of the blob after the change
 * @param leased whether the request named a lease
 * @param data the bytes of an update if the log keeps them, else null
 */
public record AppliedWrite(
        long number, String blob, Kind kind, long offset, long length, long sequence, boolean leased, byte[] data) {
    public enum Kind {
        CREATE,
        UPDATE,
        CLEAR,
        RESIZE,
        SEQUENCE,
        SNAPSHOT,
        COPY,
        DELETE
    }
}
