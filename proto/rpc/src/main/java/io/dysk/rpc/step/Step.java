package io.dysk.rpc.step;

/**
 * A point that a call passes, at which something in the world has just changed: a lease was taken, a device attached, a file system
 * mounted. Implemented by enums, one for each call that has such points; so the list of them is part of the code.
 *
 * <p>The program may die at any of these points, and the same call, sent again, has to end well. The tests kill it at every one.
 */
public interface Step {
    /** Short, lower case, of the thing done: {@code attached}. */
    String label();

    /** The CSI call that it belongs to: {@code NodeStageVolume}. */
    String call();
}
