package io.dysk.rpc.log;

import io.dysk.rpc.config.LogFormat;
import io.dysk.rpc.config.LogLevel;
import java.io.PrintStream;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The process's log. */
public final class Logs {
    /** Kept: a logger that nobody refers to forgets its level. */
    private static final List<Logger> LIBRARIES = List.of(Logger.getLogger("io.grpc"), Logger.getLogger("com.azure"), Logger.getLogger("jdk"),
            Logger.getLogger("com.sun.net.httpserver"), Logger.getLogger("sun.net"));

    private Logs() {}

    /**
     * Sends all that is logged in this process there, instead of where it went before. Libraries have their warnings shown only.
     *
     * @param out standard error, usually: Kubernetes keeps it
     */
    public static void install(PrintStream out, LogFormat format, LogLevel level) {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.addHandler(new LineHandler(out, format, level.level()));
        root.setLevel(level.level());
        LIBRARIES.forEach(library -> library.setLevel(level.level().intValue() > Level.WARNING.intValue() ? level.level() : Level.WARNING));
    }

    /** For a shutdown hook: waits until the JVM has done to the log what it does as it ends, between which a line could be lost. */
    public static void awaitReset() {
        for (Handler handler : Logger.getLogger("").getHandlers()) {
            if (handler instanceof LineHandler lines) {
                try {
                    lines.awaitClose();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
