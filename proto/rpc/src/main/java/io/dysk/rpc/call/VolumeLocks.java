package io.dysk.rpc.call;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One call at a time for one volume; calls for different volumes don't know of each other. A second call doesn't wait: it is
 * ABORTED, as the specification asks for, and its caller tries again.
 *
 * <p>Safe for use by many threads; a lock may be closed by another thread than took it.
 */
public final class VolumeLocks {
    private final Set<String> taken = ConcurrentHashMap.newKeySet();

    /** Held until closed; closing again has no effect. */
    public final class Lock implements AutoCloseable {
        private final String key;
        private boolean held = true;

        private Lock(String key) {
            this.key = key;
        }

        @Override
        public synchronized void close() {
            if (held) {
                held = false;
                taken.remove(key);
            }
        }
    }

    /**
     * Takes the lock of a volume.
     *
     * @param key the volume's id, or its name if it has no id yet
     * @throws RpcFailure ABORTED if it is taken
     */
    public Lock take(String key) {
        if (!taken.add(key)) {
            throw RpcFailure.aborted("another call for it is under way; try again when that one has ended");
        }
        return new Lock(key);
    }
}
