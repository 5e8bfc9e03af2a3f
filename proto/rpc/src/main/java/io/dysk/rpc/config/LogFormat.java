package io.dysk.rpc.config;

/** How log lines look; the names are the option's values. */
public enum LogFormat {
    /** For people. */
    text,
    /** One JSON object in each line. */
    json
}
