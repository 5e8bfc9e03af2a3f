package io.dysk.blobserver.blob;

/**
 * The last copy to a blob.
 *
 * @param id copy id
 * @param source URL, without its query but for the snapshot
 * @param status of the copy
 * @param done bytes copied
 * @param total bytes to copy
 * @param reason why it failed, or empty
 * @param time when it ended, UNIX milliseconds; 0 while it is under way
 */
record Copy(String id, String source, Status status, long done, long total, String reason, long time) {
    /** What is told of a copy that failed by itself. */
    static final String SERVER_FAILED = "500 InternalServerError \"Copy failed.\"";

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

    Copy ended(Status how, String why, long now) {
        return new Copy(id, source, how, how == Status.SUCCESS ? total : done, total, why, now);
    }

    Copy progressed(int percent) {
        return new Copy(id, source, status, total / 100 * percent, total, reason, time);
    }
}
