package io.dysk.vm;

/** The step of a bounded wait for something that can only be asked for: a socket to appear, a log to grow. */
final class Pause {

    private Pause() {
    }

    static void millis(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VmException("interrupted", e);
        }
    }
}
