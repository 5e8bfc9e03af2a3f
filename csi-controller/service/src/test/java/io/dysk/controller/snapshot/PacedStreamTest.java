package io.dysk.controller.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.rpc.call.RpcFailure;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PacedStreamTest {
    /** A call whose reader takes so many answers as the test allows. */
    private static final class Call extends ServerCallStreamObserver<Integer> {
        final List<Integer> taken = new CopyOnWriteArrayList<>();
        final CountDownLatch completed = new CountDownLatch(1);
        private Runnable onReady;
        private Runnable onCancel;
        private int room;
        private boolean cancelled;
        private boolean overrun;

        void allow(int more) {
            synchronized (this) {
                room += more;
                notifyAll();
            }
            onReady.run();
        }

        void cancel() {
            synchronized (this) {
                cancelled = true;
            }
            onCancel.run();
        }

        synchronized void awaitFull() throws InterruptedException {
            while (room > 0) {
                wait(10_000);
            }
        }

        synchronized boolean overrun() {
            return overrun;
        }

        @Override
        public synchronized boolean isReady() {
            return room > 0;
        }

        @Override
        public synchronized boolean isCancelled() {
            return cancelled;
        }

        @Override
        public synchronized void onNext(Integer answer) {
            overrun |= room == 0;
            room--;
            taken.add(answer);
            notifyAll();
        }

        @Override
        public void onCompleted() {
            completed.countDown();
        }

        @Override
        public void onError(Throwable t) {
            throw new AssertionError(t);
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {
            onReady = handler;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {
            onCancel = handler;
        }

        @Override
        public void setCompression(String compression) {}

        @Override
        public void setMessageCompression(boolean enable) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void request(int count) {}
    }

    @Test
    void answersAreSentOnlyWhenTheReaderIsReadyForThem() throws Exception {
        Call call = new Call();
        PacedStream.<Integer>fill(call, stream -> {
            for (int i = 0; i < 50; i++) {
                stream.onNext(i);
            }
            stream.onCompleted();
        });
        for (int more : List.of(1, 3, 40, 6)) {
            call.allow(more);
            call.awaitFull();
        }
        assertThat(call.completed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(call.taken).hasSize(50).isSorted();
        assertThat(call.overrun()).isFalse();
    }

    @Test
    void whenTheCallerGoesAwayTheWorkEndsAlsoWhileItWaits() throws Exception {
        Call call = new Call();
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        PacedStream.<Integer>fill(call, stream -> {
            try {
                for (int i = 0; ; i++) {
                    stream.onNext(i);
                }
            } catch (RuntimeException e) {
                end.complete(e);
            }
        });
        call.allow(2);
        call.awaitFull();
        call.cancel();
        assertThat(end.get(10, TimeUnit.SECONDS)).isInstanceOfSatisfying(RpcFailure.class,
                e -> assertThat(e.code()).isEqualTo(Status.Code.CANCELLED));
        assertThat(call.taken).containsExactly(0, 1);
    }
}
