package io.dysk.node.filesystem;

import java.nio.ByteBuffer;

/** What was found on a device. */
sealed interface Contents {
    /**
     * A file system that volumes can have, made to its end.
     *
     * @param head the beginning of the device
     */
    record Made(FileSystem fileSystem, ByteBuffer head) implements Contents {}

    /** The mark of this volume: the making of its file system was cut short, and nobody can have mounted it. */
    record CutShort() implements Contents {}

    /** Nothing that anybody knows, and the beginning and the end are zero. */
    record Zero() implements Contents {}

    /**
     * Anything else.
     *
     * @param what it is, for a message
     */
    record Foreign(String what) implements Contents {}
}
