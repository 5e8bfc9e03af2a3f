package io.dysk.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.blob.BlobException.Answer;
import io.dysk.blob.Operation.Repeat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

/** What is sent again and what is not. */
final class ServiceCallsTest {
    private static final Endpoint ENDPOINT = Endpoint.ofPublicCloud(new AccountName("acct"));
    private static final CallLimits LIMITS = new CallLimits(Duration.ofSeconds(30), Duration.ofSeconds(5), 3, Duration.ofMillis(100));
    private static final RuntimeException BUSY = new BlobException.Throttled("busy", Optional.empty(), Answer.NONE);
    private static final RuntimeException BROKEN = new UncheckedIOException(new IOException("https://acct/?sig=secret"));
    private static final RuntimeException REFUSED = new UncheckedIOException(new ConnectException());

    private final List<Duration> pauses = new ArrayList<>();
    private final List<Duration> given = new ArrayList<>();
    private final ServiceCalls calls = new ServiceCalls(LIMITS, new ErrorMapping(ENDPOINT, InstantSource.system()), pauses::add);

    private static Operation operation(Repeat repeat) {
        return Operation.onBlob("change", BlobAddress.of("disks", "a"), repeat);
    }

    /** A request that fails so, then succeeds. */
    private String run(Repeat repeat, RuntimeException... failures) {
        Queue<RuntimeException> left = new ArrayDeque<>(List.of(failures));
        return calls.run(calls.deadline(), operation(repeat), time -> {
            given.add(time);
            if (!left.isEmpty()) {
                throw left.remove();
            }
            return "done";
        });
    }

    @Test
    void anUnknownOutcomeIsNotRepeatedWhereThatCouldDoHarm() {
        assertThatThrownBy(() -> run(Repeat.IF_NOT_APPLIED, BROKEN))
                .isInstanceOfSatisfying(BlobException.Unavailable.class, e -> assertThat(e.outcomeKnown()).isFalse());
        assertThat(given).hasSize(1);
    }

    @Test
    void whatWasCertainlyNotAppliedIsRepeatedAlsoThere() {
        assertThat(run(Repeat.IF_NOT_APPLIED, BUSY, REFUSED)).isEqualTo("done");
        assertThat(given).hasSize(3);
    }

    @Test
    void whatDoesNoHarmIsRepeatedAfterAnUnknownOutcome() {
        assertThat(run(Repeat.ALWAYS, BROKEN)).isEqualTo("done");
        assertThat(run(Repeat.READS, BROKEN)).isEqualTo("done");
    }

    @Test
    void anUnknownOutcomeIsNotForgottenWhenALaterTryIsRefused() {
        assertThatThrownBy(() -> run(Repeat.ALWAYS, BROKEN, BUSY, BUSY))
                .isInstanceOfSatisfying(BlobException.Unavailable.class, e -> assertThat(e.outcomeKnown()).isFalse());
        assertThatThrownBy(() -> run(Repeat.READS, BROKEN, BUSY, BUSY)).isInstanceOf(BlobException.Throttled.class);
    }

    @Test
    void triesAreBounded() {
        assertThatThrownBy(() -> run(Repeat.READS, BUSY, BUSY, BUSY, BUSY)).isInstanceOf(BlobException.Throttled.class);
        assertThat(given).hasSize(3);
    }

    @Test
    void answersThatWillNotChangeAreNotRepeated() {
        assertThatThrownBy(() -> run(Repeat.READS, new BlobException.Denied("no", Answer.NONE))).isInstanceOf(BlobException.Denied.class);
        assertThat(given).hasSize(1);
    }

    @Test
    void pausesGrowAndHonourWhatTheServiceAsksFor() {
        run(Repeat.READS, BUSY, new BlobException.Throttled("busy", Optional.of(Duration.ofSeconds(3)), Answer.NONE));
        assertThat(pauses.get(0)).isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
        assertThat(pauses.get(1)).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void noPauseOutlastsTheDeadline() {
        assertThatThrownBy(() -> run(Repeat.READS, new BlobException.Throttled("busy", Optional.of(Duration.ofHours(1)), Answer.NONE)))
                .isInstanceOf(BlobException.Throttled.class);
        assertThat(pauses).isEmpty();
    }

    @Test
    void noTryGetsMoreTimeThanIsLeft() {
        ServiceCalls hurried = new ServiceCalls(LIMITS.call(Duration.ofSeconds(1)), new ErrorMapping(ENDPOINT, InstantSource.system()), pauses::add);
        Duration time = hurried.run(hurried.deadline(), operation(Repeat.READS), t -> t);
        assertThat(time).isLessThanOrEqualTo(Duration.ofSeconds(1));
        run(Repeat.READS);
        assertThat(given.getFirst()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void anInterruptEndsTheCallAndIsKept() {
        ServiceCalls interrupted = new ServiceCalls(LIMITS, new ErrorMapping(ENDPOINT, InstantSource.system()), pause -> {
            throw new InterruptedException();
        });
        assertThatThrownBy(() -> interrupted.run(interrupted.deadline(), operation(Repeat.ALWAYS), time -> {
            throw BUSY;
        })).isInstanceOf(BlobException.Unavailable.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void failuresWithoutAnAnswerAreToldApart() {
        ErrorMapping errors = new ErrorMapping(ENDPOINT, InstantSource.system());
        Operation write = operation(Repeat.ALWAYS);
        assertThat(errors.map(write, new RuntimeException(new UnknownHostException("x")))).isInstanceOfSatisfying(
                BlobException.NotFound.class, e -> assertThat(e.missing()).isEqualTo(BlobException.NotFound.Missing.ACCOUNT));
        assertUnavailable(errors.map(write, REFUSED), true, "refused");
        assertUnavailable(errors.map(write, new RuntimeException(new HttpConnectTimeoutException("x"))), true, "no connection");
        assertUnavailable(errors.map(write, new RuntimeException(new SSLHandshakeException("x"))), true, "TLS failed");
        assertUnavailable(errors.map(write, new RuntimeException(new HttpTimeoutException("x"))), false, "no answer");
        assertUnavailable(errors.map(write, new RuntimeException(new TimeoutException("x"))), false, "no answer");
        assertUnavailable(errors.map(write, BROKEN), false, "broke");
        assertUnavailable(errors.map(write, new NullPointerException("secret")), false, "not one of a blob service");
    }

    private static void assertUnavailable(BlobException mapped, boolean outcomeKnown, String words) {
        assertThat(mapped).isInstanceOfSatisfying(BlobException.Unavailable.class, e -> assertThat(e.outcomeKnown()).isEqualTo(outcomeKnown))
                .hasMessageContaining(words)
                .hasMessageNotContaining("secret")
                .hasNoCause();
    }
}
