package io.dysk.ctl;

import java.io.IOException;
import java.io.Writer;

/** Hands text on without secrets, as a whole when flushed, so that no secret passes in two halves. */
final class RedactingWriter extends Writer {

    private final Writer target;
    private final Redaction redaction;
    private final StringBuilder pending = new StringBuilder();

    RedactingWriter(Writer target, Redaction redaction) {
        this.target = target;
        this.redaction = redaction;
    }

    @Override
    public void write(char[] buffer, int offset, int length) {
        pending.append(buffer, offset, length);
    }

    /** Writes all that came so far. */
    @Override
    public void flush() throws IOException {
        target.write(redaction.redact(pending.toString()));
        pending.setLength(0);
        target.flush();
    }

    @Override
    public void close() throws IOException {
        flush();
        target.close();
    }
}
