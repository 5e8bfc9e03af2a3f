package io.dysk.rpc.server;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that calls run on, which may block. An idle one is used before a new one is made, up to a limit; what comes when all are
 * busy waits for one. Named {@code call-1} and so on. Idle ones end after half a minute.
 */
final class CallThreads implements Executor, AutoCloseable {
    /** Beside one for each call: to refuse what is too many and to answer whether the program lives. */
    private static final int SPARE = 2;

    private final ThreadPoolExecutor threads;

    CallThreads(int maxCalls) {
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(0, maxCalls + SPARE, 30, TimeUnit.SECONDS, new HandOver(), task -> {
            Thread thread = new Thread(task, "call-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        }, (task, executor) -> executor.getQueue().add(task));
    }

    /** Takes a task at first only if an idle thread waits for it, so that otherwise a thread is made; {@code add} queues it. */
    private static final class HandOver extends LinkedTransferQueue<Runnable> {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }

        @Override
        public boolean add(Runnable task) {
            put(task);
            return true;
        }
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    /** Threads there are now. */
    int size() {
        return threads.getPoolSize();
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
