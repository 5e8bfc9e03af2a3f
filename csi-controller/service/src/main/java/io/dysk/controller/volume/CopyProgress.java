package io.dysk.controller.volume;

import io.dysk.blob.CopyState;
import io.dysk.blob.PageBlobProperties;
import io.dysk.controller.account.CallTime;
import io.dysk.rpc.call.RpcFailure;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Waits for a copy that the service makes, for as long as the call may take, and tells the log how far it is. The copy needs nobody to
 * wait for it.
 */
final class CopyProgress {
    private static final Logger LOG = Logger.getLogger(CopyProgress.class.getName());
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final Duration WITHOUT_DEADLINE = Duration.ofHours(1);

    private final VolumeId volume;
    private final long began = System.nanoTime();
    private long told = began;
    private Duration pause = Duration.ofMillis(50);

    CopyProgress(VolumeId volume) {
        this.volume = volume;
    }

    /**
     * Waits until the copy has ended.
     *
     * @return the blob then; the copy may have failed
     * @throws RpcFailure DEADLINE_EXCEEDED if the call's time is up before
     */
    PageBlobProperties await(Found target) {
        PageBlobProperties blob = target.blob();
        while (blob.copy().filter(copy -> copy.status() == CopyState.Status.PENDING).isPresent()) {
            tell(blob.copy().get());
            rest(blob.copy().get());
            blob = target.store().within(CallTime.left()).properties(target.id().address());
        }
        return blob;
    }

    private void rest(CopyState copy) {
        Duration passed = Duration.ofNanos(System.nanoTime() - began);
        Duration left = CallTime.untilAnswer().orElse(WITHOUT_DEADLINE.minus(passed));
        if (CallTime.cancelled() || left.compareTo(pause) <= 0) {
            throw RpcFailure.deadlineExceeded("its data are being copied, " + shown(copy) + " so far; the service goes on, call again to wait for it");
        }
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RpcFailure.unavailable("the controller ends; the copy goes on, call again to wait for it");
        }
        Duration next = pause.multipliedBy(2);
        pause = next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
    }

    private void tell(CopyState copy) {
        if (System.nanoTime() - told >= BETWEEN_LINES.toNanos()) {
            told = System.nanoTime();
            LOG.log(Level.INFO, "volume {0}: copied {1}, after {2} s", new Object[] {volume, shown(copy), (told - began) / 1_000_000_000L});
        }
    }

    private static String shown(CopyState copy) {
        long percent = copy.totalBytes() == 0 ? 0 : copy.copiedBytes() * 100 / copy.totalBytes();
        return copy.copiedBytes() + " of " + copy.totalBytes() + " bytes (" + percent + "%)";
    }
}
