package io.dysk.kernelsuite.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.blob.AppliedWrite;
import io.dysk.kernelsuite.Await;
import io.dysk.kernelsuite.Device;
import io.dysk.kernelsuite.OnOneNode;
import io.dysk.kernelsuite.PageBlob;
import io.dysk.kernelsuite.State;
import io.dysk.kernelsuite.Values;
import io.dysk.vm.Command;
import io.dysk.vm.KernelTest;
import io.dysk.vm.RunningCommand;
import io.dysk.vm.VirtualMachine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a server can do with a connection that a request is on, apart from its answer: not read, not end, say too much or
 * speak unasked. Requests are as large as they can be, so that they don't fit into anybody's buffers.
 */
@KernelTest
@Tag("matrix")
class ConversationTest extends OnOneNode {
    private static final int MIB = 1 << 20;
    private static final int LARGE = 4 * MIB;
    private static final int BUFFER = 16 << 10;
    private static final int PATIENCE_MS = 600_000;
    private static final int IMPATIENCE_MS = 8_000;
    private static final Duration SOON = Duration.ofSeconds(90);

    private final TamperingProxy proxy;
    /** Opened when the test is over; replies that don't end by themselves wait for it. */
    private final AtomicReference<CountDownLatch> over = new AtomicReference<>(new CountDownLatch(1));

    ConversationTest(VirtualMachine vm) {
        super(vm);
        proxy = TamperingProxy.before(endpoint.port());
        vm.output("dd if=/dev/urandom of=/root/pattern bs=4M count=1");
        vm.output("sysctl -w net.ipv4.tcp_wmem='4096 16384 65536'");
    }

    @AfterEach
    void letGo() {
        proxy.behave();
        over.getAndSet(new CountDownLatch(1)).countDown();
    }

    @AfterAll
    void stopProxy() {
        proxy.close();
    }

    // ---- writes that the server doesn't read to their end -----------------------------------------------------------

    @Test
    void aWriteThatTheServerStopsReadingIsNotAppliedAndSentAgainAtItsTimeLimit() {
        PageBlob blob = endpoint.create("unread", LARGE);
        try (TamperingProxy narrow = TamperingProxy.before(endpoint.port(), BUFFER)) {
            Device device = attach(blob, narrow, IMPATIENCE_MS);
            narrow.spoil(Exchange::isWrite, exchange -> waitUntilOver(), 0, 1);

            write(device);

            assertWrittenOnce(blob, device, "timeouts", 0);
            device.detach();
        }
    }

    @Test
    void aWriteThatTheServerStopsReadingAndTurnsAwayFromDoesNotWaitForItsTimeLimit() {
        PageBlob blob = endpoint.create("half-closed", LARGE);
        try (TamperingProxy narrow = TamperingProxy.before(endpoint.port(), BUFFER)) {
            Device device = attach(blob, narrow, PATIENCE_MS);
            narrow.spoil(Exchange::isWrite, exchange -> {
                exchange.endOutput();
                return waitUntilOver();
            }, 0, 1);

            write(device);

            assertWrittenOnce(blob, device, "resets", 0);
            device.detach();
        }
    }

    /** What follows the refusal is a reset, as the server has not read it all. */
    @Test
    void aRefusalIsHeardThoughTheServerClosesWithoutReadingTheWrite() {
        PageBlob blob = endpoint.create("refused", LARGE);
        Device device = attach(blob, PATIENCE_MS);
        proxy.spoil(Exchange::isWrite, exchange -> {
            exchange.send(answer("503 Busy", exchange, "Content-Length: 0\r\n"));
            return false;
        }, 0, 1);

        write(device);

        assertWrittenOnce(blob, device, "throttled", 0);
    }

    @Test
    void aServerThatAcknowledgesAWriteBeforeItHasItAllIsNotBelieved() {
        PageBlob blob = endpoint.create("too-soon", LARGE);
        try (TamperingProxy narrow = TamperingProxy.before(endpoint.port(), BUFFER)) {
            Device device = attach(blob, narrow, PATIENCE_MS);
            narrow.spoil(Exchange::isWrite, exchange -> {
                exchange.send(answer("201 Created", exchange, "Content-Length: 0\r\n"));
                return waitUntilOver();
            }, 0, 1);

            write(device);

            assertWrittenOnce(blob, device, "bad_answers", 1);
            device.detach();
        }
    }

    // ---- answers that don't end -------------------------------------------------------------------------------------

    @Test
    void anAnswerThatDripsIsOverAtTheTimeLimitOfItsRequest() {
        PageBlob blob = endpoint.create("drip", LARGE);
        Device device = attach(blob, IMPATIENCE_MS);
        Reply drip = exchange -> {
            for (byte b : exchange.forward().bytes()) {
                exchange.send(new byte[] {b});
                pause(Duration.ofMillis(100));
            }
            return true;
        };
        proxy.spoil(Exchange::isWrite, drip, 0, 1);
        write(device);
        proxy.spoil(Exchange::isRead, drip, 0, 1);
        assertReadsBack(device);

        Values stats = device.stats();
        assertThat(stats.number("timeouts")).isEqualTo(2);
        assertThat(stats.number("fences")).isEqualTo(1);
        assertThat(device.state()).isEqualTo(State.LIVE);
    }

    @Test
    void floodsOfOneServerDoNotStopOtherDevices() {
        PageBlob flooded = endpoint.create("flooded", LARGE);
        PageBlob other = endpoint.create("other", LARGE);
        Device victim = attach(flooded, PATIENCE_MS);
        Device neighbour = node.attach(other.attach());
        proxy.spoil(exchange -> true, exchange -> {
            exchange.send(answer(exchange.isRead() ? "206 Partial Content" : "201 Created", exchange,
                    "Transfer-Encoding: chunked\r\n"));
            byte[] more = ("1;" + "x".repeat(30_000) + "\r\nx\r\n").getBytes(StandardCharsets.US_ASCII);
            while (true) {
                exchange.send(more);
            }
        }, 0, Integer.MAX_VALUE);
        RunningCommand victims = vm.start(Command.of("dd if=/root/pattern of=" + victim.path() + " bs=4k count=256 oflag=direct").within(SOON));
        Await.until("it is being flooded", () -> victim.stats().number("bad_answers") > 3);

        write(neighbour);
        assertReadsBack(neighbour);

        assertThat(neighbour.stats().number("bad_answers")).isZero();
        assertThat(victims.isRunning()).isTrue();
        proxy.behave();
        assertThat(victims.await().exit()).isZero();
        assertThat(flooded.read(0, MIB)).isEqualTo(other.read(0, MIB));
    }

    // ---- unasked ----------------------------------------------------------------------------------------------------

    @Test
    void whatTheServerSaysUnaskedEndsTheConnectionAndIsNoAnswer() throws IOException {
        PageBlob blob = endpoint.create("unasked", LARGE);
        Device device = attach(blob, PATIENCE_MS);
        AtomicReference<Exchange> last = new AtomicReference<>();
        proxy.spoil(Exchange::isWrite, exchange -> {
            exchange.send(exchange.forward().bytes());
            last.set(exchange);
            return true;
        }, 0, 1);
        write(device);
        Await.until("one connection", () -> device.get().number("connections") == 1);

        last.get().send("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

        Await.until("none", () -> device.get().number("connections") == 0);
        assertReadsBack(device);
        Values stats = device.stats();
        for (String counter : new String[] {"resets", "timeouts", "bad_answers", "fences", "read_retries"}) {
            assertThat(stats.number(counter)).as(counter).isZero();
        }
    }

    // ---- common -----------------------------------------------------------------------------------------------------

    private Device attach(PageBlob blob, int requestMs) {
        return attach(blob, proxy, requestMs);
    }

    private Device attach(PageBlob blob, TamperingProxy by, int requestMs) {
        return node.attach(blob.attach().atPort(by.port()).with("conns", 1).with("idle_ms", 60_000).with("request_ms", requestMs));
    }

    /** One request. */
    private void write(Device device) {
        vm.output(Command.of("dd if=/root/pattern of=" + device.path() + " bs=4M count=1 oflag=direct").within(SOON));
    }

    private void assertReadsBack(Device device) {
        vm.output(Command.of("dd if=" + device.path() + " bs=4M count=1 iflag=direct | cmp - /root/pattern").within(SOON));
    }

    private static void assertWrittenOnce(PageBlob blob, Device device, String counter, int fences) {
        assertThat(blob.changes(AppliedWrite.Kind.UPDATE)).hasSize(1);
        Values stats = device.stats();
        for (String other : new String[] {"resets", "bad_answers", "throttled"}) {
            assertThat(stats.number(other)).as(other).isEqualTo(other.equals(counter) ? 1 : 0);
        }
        // On a busy host the next try may run out of its time too, when all of it was sent.
        int expected = counter.equals("timeouts") ? 1 : 0;
        long more = stats.number("timeouts") - expected;
        assertThat(more).as("time-outs beyond what was expected").isBetween(0L, 2L * expected);
        assertThat(stats.number("fences")).as("fences").isBetween((long) fences, fences + more);
        assertThat(device.state()).isEqualTo(State.LIVE);
    }

    /** As the service would give it, as far as the driver looks. */
    private static byte[] answer(String status, Exchange exchange, String headers) {
        return ("HTTP/1.1 " + status + "\r\nx-ms-client-request-id: " + exchange.id() + "\r\n" + headers + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Always false. */
    private boolean waitUntilOver() throws IOException {
        try {
            over.get().await();
            return false;
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void pause(Duration time) throws IOException {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
