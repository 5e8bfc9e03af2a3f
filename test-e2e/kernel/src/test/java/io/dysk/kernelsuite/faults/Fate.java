package io.dysk.kernelsuite.faults;

/** Whether the driver can know if a write was applied. */
enum Fate {
    KNOWN,
    UNKNOWN,
    /** That depends on whether the whole request had left when the connection broke. */
    KNOWN_OR_NOT
}
