package io.dysk.controller.snapshot;

import io.dysk.rpc.call.RpcFailure;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.Consumer;

/**
 * A stream of answers that goes as fast as its reader: what the reader hasn't taken yet doesn't pile up in memory. It is filled by a thread
 * of its own, since gRPC tells that the reader is ready only when the thread of the call itself is free.
 */
final class PacedStream<R> implements StreamObserver<R> {
    private final ServerCallStreamObserver<R> call;
    private final Object changed = new Object();

    private PacedStream(ServerCallStreamObserver<R> call) {
        this.call = call;
        call.setOnReadyHandler(this::wake);
        call.setOnCancelHandler(this::wake);
    }

    /** Fills a stream; returns at once. To be called in the call's own thread, before anything is sent. */
    static <R> void fill(StreamObserver<R> observer, Consumer<StreamObserver<R>> filling) {
        PacedStream<R> stream = new PacedStream<>((ServerCallStreamObserver<R>) observer);
        Thread.ofVirtual().name("stream").start(Context.current().wrap(() -> filling.accept(stream)));
    }

    private void wake() {
        synchronized (changed) {
            changed.notifyAll();
        }
    }

    /**
     * Sends an answer when the reader is ready for it.
     *
     * @throws RpcFailure CANCELLED if the reader is gone
     */
    @Override
    public void onNext(R answer) {
        synchronized (changed) {
            while (!call.isReady() && !call.isCancelled()) {
                try {
                    changed.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw RpcFailure.of(Status.Code.CANCELLED, "the controller ends", e);
                }
            }
        }
        if (call.isCancelled()) {
            throw RpcFailure.of(Status.Code.CANCELLED, "the caller is gone", null);
        }
        call.onNext(answer);
    }

    @Override
    public void onError(Throwable failure) {
        if (!call.isCancelled()) {
            call.onError(failure);
        }
    }

    @Override
    public void onCompleted() {
        if (!call.isCancelled()) {
            call.onCompleted();
        }
    }
}
