package io.dysk.blobserver.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** How much is let through and when, on a clock of the test's own (nanoseconds). */
final class ThrottleTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLISECOND = 1_000_000L;

    /** Asks every {@code step} nanoseconds for so long; says how many requests got through. */
    private static long offered(Throttle throttle, long from, long duration, long step, long size) {
        long admitted = 0;
        for (long now = from; now < from + duration; now += step) {
            if (throttle.admit(now, size)) {
                admitted++;
            }
        }
        return admitted;
    }

    @Test
    void aBurstIsAsDeepAsTheBucketAndNoDeeper() {
        Throttle throttle = new Throttle(Limit.NONE.withRequests(1000).withBurst(100));
        for (int i = 0; i < 100; i++) {
            assertThat(throttle.admit(5 * SECOND, 0)).isTrue();
        }
        assertThat(throttle.admit(5 * SECOND, 0)).isFalse();
        assertThat(throttle.admit(5 * SECOND + MILLISECOND, 0)).as("one token is back after a millisecond").isTrue();
        assertThat(throttle.admit(5 * SECOND + MILLISECOND, 0)).isFalse();
    }

    @Test
    void theRateIsKeptHoweverMuchIsAsked() {
        Throttle throttle = new Throttle(Limit.P20);
        assertThat(offered(throttle, SECOND, 60 * SECOND, 100_000, 4096)).isBetween(60L * 2300, 60L * 2300 + 231);
        Throttle wide = new Throttle(Limit.P20);
        assertThat(offered(wide, SECOND, 60 * SECOND, MILLISECOND, 1_000_000)).isBetween(60L * 150, 60L * 150 + 16);
    }

    @Test
    void whoStaysBelowTheRateIsNeverRefused() {
        Throttle throttle = new Throttle(Limit.P20);
        assertThat(offered(throttle, SECOND, 60 * SECOND, SECOND / 2290, 4096)).isGreaterThanOrEqualTo(60 * 2290);
        assertThat(throttle.usage("x").refused()).isZero();
    }

    @Test
    void aRequestLargerThanTheBucketGetsThroughAndIsPaidLater() {
        Throttle throttle = new Throttle(Limit.NONE.withBytes(1_000_000));
        assertThat(throttle.admit(SECOND, 4_000_000)).isTrue();
        assertThat(throttle.admit(SECOND + 3_899 * MILLISECOND, 512)).isFalse();
        assertThat(throttle.admit(SECOND + 3_901 * MILLISECOND, 512)).isTrue();
    }

    @Test
    void anotherRateHoldsAtOnceAndKeepsWhatIsOwed() {
        Throttle throttle = new Throttle(Limit.NONE.withBytes(1));
        assertThat(throttle.admit(SECOND, 1_000_000)).isTrue();
        throttle.set(Limit.NONE.withBytes(1_000_000), SECOND);
        assertThat(throttle.admit(SECOND + 899 * MILLISECOND, 512)).isFalse();
        assertThat(throttle.admit(SECOND + 901 * MILLISECOND, 512)).isTrue();
        throttle.set(Limit.NONE, 2 * SECOND);
        assertThat(offered(throttle, 2 * SECOND, 1000, 1, 1 << 22)).isEqualTo(1000);
    }

    @Test
    void whatTheBlobRefusesTheAccountIsNotChargedFor() {
        Throttle account = new Throttle(Limit.NONE.withRequests(100));
        Throttle blob = new Throttle(Limit.NONE.withRequests(10));
        Throttles both = new Throttles(account, blob);
        assertThat(both.admit(SECOND, 512)).isTrue();
        for (int i = 0; i < 50; i++) {
            assertThat(both.admit(SECOND, 512)).isFalse();
        }
        assertThat(account.usage("a")).extracting(Limits.Usage::allowed, Limits.Usage::refused, Limits.Usage::bytes)
                .containsExactly(1L, 50L, 512L);
        assertThat(new Throttles(account, null).admit(SECOND, 512)).isTrue();
    }

    @Test
    void latencyVariesByItsSpreadAndTheSeedSaysHow() {
        Throttles throttles = new Throttles(null, new Throttle(Limit.NONE.withLatency(2000, 500)));
        Chance chance = new Chance(42);
        Chance same = new Chance(42);
        long sum = 0;
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int i = 0; i < 10_000; i++) {
            long latency = throttles.latency(chance);
            assertThat(latency).isEqualTo(throttles.latency(same));
            sum += latency;
            least = Math.min(least, latency);
            most = Math.max(most, latency);
        }
        assertThat(sum / 10_000).isBetween(1_980_000L, 2_020_000L);
        assertThat(least).isBetween(1_500_000L, 1_502_000L);
        assertThat(most).isBetween(2_498_000L, 2_500_000L);
    }

    @Test
    void chanceIsAsOftenAsItSays() {
        Chance chance = new Chance(7);
        int hits = 0;
        for (int i = 0; i < 100_000; i++) {
            hits += chance.percent(2.5) ? 1 : 0;
        }
        assertThat(hits).isBetween(2_300, 2_700);
        assertThat(chance.percent(0)).isFalse();
        assertThat(chance.percent(100)).isTrue();
    }

    @Test
    void limitsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> Limit.NONE.withRequests(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Limit.NONE.withBytes(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Limit.NONE.withBurst(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Limit.NONE.withLatency(10, 11)).isInstanceOf(IllegalArgumentException.class);
    }
}
