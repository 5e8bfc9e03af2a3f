package io.dysk.blob;

/**
 * The last copy into a blob.
 *
 * @param id names the copy
 * @param status how far it is
 * @param copiedBytes of the copy so far
 * @param totalBytes of the copy
 */
public record CopyState(String id, Status status, long copiedBytes, long totalBytes) {
    /** How far a copy is. */
    public enum Status { PENDING, SUCCESS, ABORTED, FAILED }
}
