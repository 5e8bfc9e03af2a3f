package io.dysk.kernelsuite.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.blob.AppliedWrite;
import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.Fault.Kind;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.kernelsuite.Device;
import io.dysk.kernelsuite.OnOneNode;
import io.dysk.kernelsuite.PageBlob;
import io.dysk.kernelsuite.State;
import io.dysk.kernelsuite.Values;
import io.dysk.vm.Command;
import io.dysk.vm.KernelTest;
import io.dysk.vm.VirtualMachine;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the service answers, I/O goes on with the right data, and a write is acknowledged only when it was applied.
 * Each test writes or reads 1 MiB of random data while some answers in the middle are bad.
 */
@KernelTest
class ErrorPolicyTest extends OnOneNode {
    private static final int MIB = 1 << 20;
    private static final int BLOCK = 64 << 10;
    private static final int BLOCKS = MIB / BLOCK;

    private final TamperingProxy proxy;
    private final byte[] pattern;
    private final PageBlob written;
    private int blobs;

    ErrorPolicyTest(VirtualMachine vm) {
        super(vm);
        proxy = TamperingProxy.before(endpoint.port());
        vm.output("dd if=/dev/urandom of=/root/pattern bs=1M count=1");
        pattern = vm.get("/root/pattern");
        written = blob();
        Device device = attach(written, endpoint.port());
        write(device);
        device.detach();
    }

    @AfterAll
    void stopProxy() {
        proxy.close();
    }

    // ---- what a server answers by itself ----------------------------------------------------------------------------

    /** A fault of the blob server, the counter that it raises, and whether a write's fate is then unknown. */
    record Misfortune(Fault fault, String counter, Fate fate) {
        /** How often in a row; each silence lasts until the request's time limit. */
        int times() {
            return counter.equals("timeouts") ? 1 : 2;
        }

        @Override
        public String toString() {
            return fault.kind() + " " + (fault.status() == 0 ? "" : fault.status() + " " + fault.code())
                    + (fault.retryAfterSeconds() < 0 ? "" : " Retry-After " + fault.retryAfterSeconds());
        }
    }

    private static Fault fault(Kind kind, int status, String code, long retryAfter) {
        return new Fault(kind, status, code, retryAfter, 0, 3);
    }

    static List<Misfortune> misfortunes() {
        return List.of(
                new Misfortune(fault(Kind.ANSWER, 503, "ServerBusy", -1), "throttled", Fate.KNOWN),
                new Misfortune(fault(Kind.ANSWER, 503, "ServerBusy", 1), "throttled", Fate.KNOWN),
                new Misfortune(fault(Kind.ANSWER, 429, "TooManyRequests", -1), "throttled", Fate.KNOWN),
                new Misfortune(fault(Kind.ANSWER, 500, "OperationTimedOut", -1), "server_errors", Fate.UNKNOWN),
                new Misfortune(fault(Kind.APPLY_ANSWER, 500, "InternalError", -1), "server_errors", Fate.UNKNOWN),
                new Misfortune(fault(Kind.APPLY_ANSWER, 502, "", -1), "server_errors", Fate.UNKNOWN),
                new Misfortune(fault(Kind.ANSWER, 403, "AuthenticationFailed", -1), "denied", Fate.KNOWN),
                new Misfortune(fault(Kind.DROP, 0, "", -1), "resets", Fate.UNKNOWN),
                new Misfortune(fault(Kind.APPLY_DROP, 0, "", -1), "resets", Fate.UNKNOWN),
                new Misfortune(fault(Kind.RESET, 0, "", -1), "resets", Fate.UNKNOWN),
                new Misfortune(fault(Kind.APPLY_RESET, 0, "", -1), "resets", Fate.UNKNOWN),
                new Misfortune(fault(Kind.SILENCE, 0, "", -1), "timeouts", Fate.UNKNOWN),
                new Misfortune(fault(Kind.APPLY_SILENCE, 0, "", -1), "timeouts", Fate.UNKNOWN),
                new Misfortune(fault(Kind.HOLD_DROP, 0, "", -1), "resets", Fate.UNKNOWN));
    }

    @ParameterizedTest
    @MethodSource("misfortunes")
    void writesGoOn(Misfortune misfortune) {
        PageBlob blob = blob();
        Device device = attach(blob, endpoint.port());
        endpoint.server().faults().add(new FaultRule("PUT", "page", null, null, null, 5, misfortune.times()), misfortune.fault());

        write(device);

        Values stats = device.stats();
        assertAllAcknowledgedIsApplied(blob, stats);
        assertThat(stats.number(misfortune.counter())).isGreaterThanOrEqualTo(misfortune.times());
        assertFenced(misfortune.fate(), misfortune.times(), stats, device);
        assertReadsBack(device);
    }

    /** Applied or not is all the same to reads. */
    static Stream<Misfortune> misfortunesOfReads() {
        return misfortunes().stream().filter(misfortune -> !misfortune.fault().kind().applied() && !misfortune.fault().kind().held());
    }

    @ParameterizedTest
    @MethodSource("misfortunesOfReads")
    void readsGoOn(Misfortune misfortune) {
        Device device = attach(written, endpoint.port());
        endpoint.server().faults().add(new FaultRule("GET", null, null, null, null, 5, misfortune.times()), misfortune.fault());

        assertReadsBack(device);

        Values stats = device.stats();
        assertThat(stats.number(misfortune.counter())).isGreaterThanOrEqualTo(misfortune.times());
        assertThat(stats.number("fences")).isZero();
        assertThat(stats.number("read_failed")).isZero();
        assertThat(stats.number("read_retries")).isGreaterThanOrEqualTo(misfortune.times());
    }

    // ---- what only a broken server, or something in between, answers ------------------------------------------------

    static Stream<Tampering> ofWrites() {
        return Arrays.stream(Tampering.values()).filter(tampering -> tampering.countsForWrites() != null);
    }

    static Stream<Tampering> ofReads() {
        return Arrays.stream(Tampering.values()).filter(tampering -> tampering.countsForReads() != null);
    }

    @ParameterizedTest
    @MethodSource("ofWrites")
    void writesGoOnAfter(Tampering tampering) {
        PageBlob blob = blob();
        Device device = attach(blob, proxy.port());
        proxy.spoil(Exchange::isWrite, tampering, 5, tampering.times());

        write(device);

        assertThat(proxy.behave()).isEqualTo(tampering.times());
        Values stats = device.stats();
        assertAllAcknowledgedIsApplied(blob, stats);
        assertCounted(tampering.countsForWrites(), tampering.times(), stats);
        assertFenced(tampering.fateOfWrites(), tampering.times(), stats, device);
        assertReadsBack(device);
    }

    @ParameterizedTest
    @MethodSource("ofReads")
    void readsGoOnAfter(Tampering tampering) {
        Device device = attach(written, proxy.port());
        proxy.spoil(Exchange::isRead, tampering, 5, tampering.times());

        assertReadsBack(device);

        assertThat(proxy.behave()).isEqualTo(tampering.times());
        Values stats = device.stats();
        assertCounted(tampering.countsForReads(), tampering.times(), stats);
        assertThat(stats.number("read_failed")).isZero();
        assertThat(stats.number("fences")).isZero();
    }

    // ---- everything at once -----------------------------------------------------------------------------------------

    @Test
    void manyFaultsAtOnceLoseNothingAndNoGhostComesBack() {
        PageBlob blob = endpoint.create("everything", 8 * MIB);
        Device device = attach(blob, endpoint.port());
        int skip = 0;
        for (Misfortune misfortune : misfortunes()) {
            endpoint.server().faults().add(new FaultRule("PUT", "page", null, null, null, skip += 11, 2), misfortune.fault());
            endpoint.server().faults().add(new FaultRule("GET", null, null, null, null, skip + 5, 2), misfortune.fault());
        }
        // Applied by nothing but the call below.
        endpoint.server().faults().add(new FaultRule("PUT", "page", null, null, null, 40, 5),
                new Fault(Kind.HOLD_SILENCE, 0, "", -1, 0, 0));

        node.fio("--filename=" + device.path() + " --rw=randrw --bs=4k-32k --size=8m --io_size=8m --iodepth=16"
                + " --verify=crc32c --verify_fatal=1 --do_verify=1 --verify_backlog=32 --randseed=7");

        byte[] verified = blob.read(0, 8 * MIB);
        assertThat(endpoint.server().held().applyAll()).as("writes held back until now").isPositive();
        assertThat(blob.read(0, 8 * MIB)).as("no ghost has landed").isEqualTo(verified);
        Values stats = device.stats();
        assertThat(stats.number("write_failed") + stats.number("read_failed")).isZero();
        assertThat(stats.number("fences")).isPositive();
        assertThat(device.state()).isEqualTo(State.LIVE);
    }

    // ---- common -----------------------------------------------------------------------------------------------------

    private PageBlob blob() {
        return endpoint.create("errors-" + ++blobs, 4 * MIB);
    }

    /** Four connections, and time limits short enough for a test but not for a busy machine. */
    private Device attach(PageBlob blob, int port) {
        return node.attach(blob.attach().atPort(port).with("request_ms", 3000).with("conns", 4).with("no_path_s", 120));
    }

    private void write(Device device) {
        vm.output(Command.of("dd if=/root/pattern of=" + device.path() + " bs=64k oflag=direct").within(Duration.ofSeconds(90)));
    }

    private void assertReadsBack(Device device) {
        vm.output(Command.of("dd if=" + device.path() + " bs=64k count=16 iflag=direct | cmp - /root/pattern")
                .within(Duration.ofSeconds(90)));
    }

    private void assertAllAcknowledgedIsApplied(PageBlob blob, Values stats) {
        assertThat(stats.number("write_failed")).isZero();
        assertThat(stats.number("write_done")).isEqualTo(BLOCKS);
        assertThat(blob.changes(AppliedWrite.Kind.UPDATE).stream().map(AppliedWrite::offset).distinct()).hasSize(BLOCKS);
        assertThat(blob.read(0, MIB)).isEqualTo(pattern);
    }

    private static void assertCounted(String counter, int times, Values stats) {
        for (String other : List.of("resets", "timeouts", "bad_answers", "server_errors", "throttled", "denied")) {
            assertThat(stats.number(other)).as(other).isEqualTo(other.equals(counter) ? times : 0);
        }
    }

    private static void assertFenced(Fate fate, int times, Values stats, Device device) {
        long fences = stats.number("fences");
        assertThat(fences).as("raises of the epoch")
                .isBetween(fate == Fate.UNKNOWN ? times : 0L, fate == Fate.KNOWN ? 0L : times);
        assertThat(device.get().number("epoch")).isEqualTo(device.epoch() + fences);
        assertThat(device.state()).isEqualTo(State.LIVE);
    }
}
