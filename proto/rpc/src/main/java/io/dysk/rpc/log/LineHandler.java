package io.dysk.rpc.log;

import io.dysk.rpc.config.LogFormat;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Writes each record as one line, at once. */
final class LineHandler extends Handler {
    private final PrintStream out;
    private final CountDownLatch closed = new CountDownLatch(1);

    LineHandler(PrintStream out, LogFormat format, Level level) {
        this.out = out;
        setFormatter(new LineFormatter(format));
        setLevel(level);
    }

    @Override
    public void publish(LogRecord record) {
        if (!isLoggable(record)) {
            return;
        }
        try {
            byte[] line = getFormatter().format(record).getBytes(StandardCharsets.UTF_8);
            synchronized (out) {
                out.write(line, 0, line.length);
                out.flush();
            }
        } catch (RuntimeException e) {
            reportError("a log line was lost", e, ErrorManager.FORMAT_FAILURE);
        }
    }

    @Override
    public void flush() {
        out.flush();
    }

    /**
     * Goes on: the JVM closes and removes all handlers as soon as the process is told to end, while calls still run and have
     * something to say.
     */
    @Override
    public void close() {
        Logger.getLogger("").addHandler(this);
        closed.countDown();
    }

    /** Waits until that has happened, or for a second. */
    void awaitClose() throws InterruptedException {
        closed.await(1, TimeUnit.SECONDS);
    }
}
