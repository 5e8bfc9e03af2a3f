package io.dysk.kernelsuite.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.Fault.Kind;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.kernelsuite.Device;
import io.dysk.kernelsuite.OnOneNode;
import io.dysk.kernelsuite.PageBlob;
import io.dysk.kernelsuite.State;
import io.dysk.kernelsuite.Values;
import io.dysk.vm.KernelTest;
import io.dysk.vm.VirtualMachine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * An answer belongs to the request whose id it repeats. One that comes late or twice, when the next request is already
 * under way on its connection, is that of no request, however well it would fit.
 */
@KernelTest
@Tag("matrix")
class StaleAnswerTest extends OnOneNode {
    private static final int MIB = 1 << 20;
    private static final int BLOCK = 4096;

    private final TamperingProxy proxy;

    StaleAnswerTest(VirtualMachine vm) {
        super(vm);
        proxy = TamperingProxy.before(endpoint.port());
        vm.output("for c in old new newest; do yes $c | head -c " + BLOCK + " > /root/$c; done");
    }

    @AfterAll
    void stopProxy() {
        proxy.close();
    }

    /** The first of two requests is served; what it is told, the second one is told too. */
    private static final class Repeat {
        private Exchange.Answer first;

        boolean served(Exchange exchange) throws IOException {
            if (first != null) {
                return false;
            }
            first = exchange.forward();
            exchange.send(first.bytes());
            return true;
        }

        byte[] again() {
            return first.bytes();
        }
    }

    @Test
    void aReadIsNotAnsweredWithWhatAnEarlierReadOfTheSameBlockWasTold() {
        PageBlob blob = endpoint.create("stale-read", MIB);
        Device device = attach(blob);
        write(device, "old");
        Repeat repeat = new Repeat();
        proxy.spoil(Exchange::isRead, exchange -> {
            if (!repeat.served(exchange)) {
                byte[] fresh = exchange.forward().bytes();
                exchange.send(repeat.again());
                exchange.send(fresh);
            }
            return true;
        }, 0, 2);
        assertThat(read(device)).isEqualTo("old");
        write(device, "new");

        assertThat(read(device)).as("after the write").isEqualTo("new");

        assertThat(proxy.behave()).isEqualTo(2);
        Values stats = device.stats();
        assertThat(stats.number("bad_answers")).isEqualTo(1);
        assertThat(stats.number("read_failed")).isZero();
        assertThat(stats.number("fences")).isZero();
    }

    @Test
    void aWriteIsNotAcknowledgedByTheAnswerToAnEarlierOne() {
        PageBlob blob = endpoint.create("stale-write", MIB);
        Device device = attach(blob);
        Repeat repeat = new Repeat();
        proxy.spoil(Exchange::isWrite, exchange -> {
            if (!repeat.served(exchange)) {
                // And is lost itself.
                exchange.readBody();
                exchange.send(repeat.again());
            }
            return true;
        }, 0, 2);
        write(device, "old");

        write(device, "new");

        assertThat(proxy.behave()).isEqualTo(2);
        assertThat(content(blob)).as("what was acknowledged").isEqualTo("new");
        assertFencedOnce(device);
    }

    /** Believing it would send the same write twice in one epoch, and the first one may land after the next one. */
    @Test
    void aRefusalOfAnEarlierWriteDoesNotMeanThatThisOneWasNotApplied() throws IOException {
        PageBlob blob = endpoint.create("stale-refusal", MIB);
        Device device = attach(blob);
        endpoint.server().faults().add(new FaultRule("PUT", "page", null, null, null, 0, 1),
                new Fault(Kind.ANSWER, 503, "ServerBusy", -1, 0, 0));
        Repeat repeat = new Repeat();
        AtomicReference<byte[]> late = new AtomicReference<>();
        proxy.spoil(Exchange::isWrite, exchange -> {
            if (!repeat.served(exchange)) {
                late.set(exchange.readWhole());
                exchange.send(repeat.again());
            }
            return true;
        }, 0, 2);
        write(device, "new");
        assertThat(proxy.behave()).isEqualTo(2);
        write(device, "newest");

        assertThat(serve(late.get())).startsWith("HTTP/1.1 412 ");

        assertThat(content(blob)).as("what was acknowledged last").isEqualTo("newest");
        assertFencedOnce(device);
    }

    @Test
    void aServiceThatRepeatsNoIdsCanBeUsed() {
        PageBlob blob = endpoint.create("no-ids", MIB);
        proxy.spoil(exchange -> true, Tampering.NO_ID, 0, Integer.MAX_VALUE);
        Device device = attach(blob);

        write(device, "new");
        assertThat(read(device)).isEqualTo("new");

        Values stats = device.stats();
        assertThat(stats.number("bad_answers")).isZero();
        assertThat(stats.number("connects")).as("the connection that the attach made").isEqualTo(1);
        device.detach();
        proxy.behave();
    }

    /** One connection, so that each request follows the one before. */
    private Device attach(PageBlob blob) {
        return node.attach(blob.attach().atPort(proxy.port()).with("conns", 1).with("idle_ms", 60_000));
    }

    private void write(Device device, String what) {
        vm.output("dd if=/root/" + what + " of=" + device.path() + " bs=" + BLOCK + " count=1 oflag=direct");
    }

    /** The word that the first block is full of. */
    private String read(Device device) {
        return vm.output("dd if=" + device.path() + " bs=" + BLOCK + " count=1 iflag=direct | head -n 1");
    }

    private static String content(PageBlob blob) {
        return new String(blob.read(0, BLOCK), StandardCharsets.US_ASCII).lines().findFirst().orElseThrow();
    }

    private static void assertFencedOnce(Device device) {
        Values stats = device.stats();
        assertThat(stats.number("bad_answers")).isEqualTo(1);
        assertThat(stats.number("fences")).isEqualTo(1);
        assertThat(stats.number("write_failed")).isZero();
        assertThat(device.state()).isEqualTo(State.LIVE);
    }

    /** Has the server serve a request on a connection of its own, and gives the start of its answer. */
    private String serve(byte[] request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port())) {
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readNBytes(13), StandardCharsets.ISO_8859_1);
        }
    }
}
