package io.dysk.blobserver.blob;

/**
 * The last copy to a blob.
 *
 * @param id copy id
 * @param source URL, without its query but for the snapshot
 * @param status of the copy
 * @param done bytes copied
 * @param total bytes to copy
 * @param time when it ended, UNIX milliseconds; 0 while it is under way
 */
record Copy(String id, String source, Status status, long done, long total, long time) {
    enum Status {
        PENDING("pending"),
        SUCCESS("success"),
        ABORTED("aborted"),
        FAILED("failed");

        private final String text;

        Status(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    Copy ended(Status how, long now) {
        return new Copy(id, source, how, how == Status.SUCCESS ? total : done, total, now);
    }
}
