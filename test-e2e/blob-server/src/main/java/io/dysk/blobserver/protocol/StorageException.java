package io.dysk.blobserver.protocol;

/** A request is refused. It has no stack trace: it is an answer, not a failure of ours. */
public final class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final StorageError error;
    private final String hint;

    public StorageException(StorageError error) {
        this(error, "");
    }

    /**
     * @param hint what exactly is wrong, without anything secret; may be empty
     */
    public StorageException(StorageError error, String hint) {
        super(error.code() + " " + hint, null, false, false);
        this.error = error;
        this.hint = hint;
    }

    public StorageError error() {
        return error;
    }

    public String hint() {
        return hint;
    }
}
