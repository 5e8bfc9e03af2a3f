package io.dysk.rpc.config;

import java.util.logging.Level;

/** The least that is logged; the names are the option's values. */
public enum LogLevel {
    error(Level.SEVERE),
    warning(Level.WARNING),
    info(Level.INFO),
    /** With calls that only ask, and the causes of failures. */
    debug(Level.FINE);

    private final Level level;

    LogLevel(Level level) {
        this.level = level;
    }

    public Level level() {
        return level;
    }

    /** The one that a record of this level is shown as. */
    public static LogLevel of(Level level) {
        int value = level.intValue();
        return value >= Level.SEVERE.intValue() ? error : value >= Level.WARNING.intValue() ? warning
                : value >= Level.CONFIG.intValue() ? info : debug;
    }
}
