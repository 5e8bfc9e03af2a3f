package io.dysk.kernelsuite.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.http.Listener.Accepting;
import io.dysk.kernelsuite.Device;
import io.dysk.kernelsuite.Effort;
import io.dysk.kernelsuite.Endpoint;
import io.dysk.kernelsuite.Values;
import io.dysk.vm.KernelTest;
import io.dysk.vm.NeedsFastKernel;
import io.dysk.vm.VirtualMachine;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The link to the endpoint is cut, resets connections, loses, repeats, reorders and delays, under load: nothing is lost, nothing that was not
 * written is acknowledged, no request fails, and I/O goes on in time when it is over.
 */
@KernelTest
@Tag("network")
class LinkFaultsTest extends OnALink {
    private static final Effort EFFORT = Effort.asked(Duration.ofSeconds(8));
    /** TCP alone gets over it; requests run into their limit, and new connections too. */
    private static final Duration SHORT = REQUEST.dividedBy(2);
    private static final Duration LONG = REQUEST.multipliedBy(2);

    LinkFaultsTest(VirtualMachine vm) {
        super(vm, "network-link");
    }

    static Stream<Arguments> cuts() {
        return EFFORT.thorough()
                ? LinkFault.cuts().stream().flatMap(cut -> Stream.of(Arguments.of(cut, SHORT), Arguments.of(cut, LONG),
                        Arguments.of(cut, LONG.plus(CONNECT).plus(CONNECT))))
                : Stream.of(Arguments.of(LinkFault.CUT_FROM, SHORT), Arguments.of(LinkFault.CUT_TOWARDS, LONG));
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void ioGoesOnAfterACut(LinkFault cut, Duration lasts) {
        Loaded loaded = load(endpoint.port(), Endpoint.GUEST_ADDRESS);

        during(cut, lasts);

        recovers(cut + " for " + lasts, loaded, RECOVERY.plus(lasts));
        nothingIsWrong(loaded);
    }

    static Stream<LinkFault> troubles() {
        return EFFORT.thorough() ? Stream.concat(LinkFault.troubles().stream(), Stream.of(LinkFault.bad())) : Stream.of(LinkFault.RESETS);
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void ioGoesOnInTrouble(LinkFault trouble) {
        Loaded loaded = load(endpoint.port(), Endpoint.GUEST_ADDRESS);
        long before = loaded.acknowledged();

        during(trouble, Duration.ofSeconds(EFFORT.of(3, 15)));

        assertThat(loaded.acknowledged()).as("changes acknowledged, while the link is " + trouble).isGreaterThan(before);
        recovers(trouble.toString(), loaded, RECOVERY);
        nothingIsWrong(loaded);
    }

    /** Much more is asked for than the link carries in the time of a request: that takes as long as it takes, and is no fault. */
    @ParameterizedTest
    @NeedsFastKernel("the link must be what is slow")
    @ValueSource(strings = {"write", "read"})
    void moreThanTheLinkCarriesTakesLongerAndNothingElse(String what) {
        Device device = node.attach(endpoint.create("narrow-" + what, 64 << 20).attach().with("request_ms", REQUEST.toMillis()).with("no_path_s", 8).with("conns", 16));
        link.begin(LinkFault.NARROW);

        node.fio("--filename=" + device.path() + " --rw=" + what + " --bs=1M --iodepth=16 --size=24M");

        link.mend();
        Values stats = device.stats();
        assertThat(stats.number("fences")).as("fences").isZero();
        assertThat(stats.number(what + "_retries")).as("tries that were in vain").isZero();
    }

    /** So much more that each request by itself hardly moves: fewer at a time get through. */
    @ParameterizedTest
    @Tag("long")
    @NeedsFastKernel("the link must be what is slow")
    @ValueSource(strings = {"write", "read"})
    void muchMoreThanTheLinkCarriesIsNoFaultEither(String what) {
        Device device = node.attach(endpoint.create("thin-" + what, 64 << 20).attach().with("request_ms", REQUEST.toMillis()).with("no_path_s", 20)
                .with("conns", 64));
        link.begin(LinkFault.THIN);

        node.fio("--filename=" + device.path() + " --rw=" + what + " --bs=256k --iodepth=64 --size=16M");

        link.mend();
        assertThat(device.stats().number(what + "_failed")).isZero();
    }

    /** The endpoint's machine goes away for a while: connections are reset, and new ones refused. */
    @Test
    void ioGoesOnWhenTheEndpointIsBack() throws IOException {
        Loaded loaded = load(endpoint.port(), Endpoint.GUEST_ADDRESS);

        endpoint.server().accepting(Accepting.REFUSED);
        endpoint.server().disconnect(true);
        vm.output("sleep 1");
        endpoint.server().accepting(Accepting.ON);

        recovers("the endpoint was away", loaded, RECOVERY);
        nothingIsWrong(loaded);
    }

    /** One fault after the other, of any kind and for any time, with pauses that may be too short to recover. */
    @Test
    void nothingIsLostWhateverComes() {
        SplittableRandom random = EFFORT.random("link");
        List<LinkFault> faults = new ArrayList<>(LinkFault.cuts());
        faults.addAll(LinkFault.troubles());
        faults.add(LinkFault.bad());
        Loaded loaded = load(endpoint.port(), Endpoint.GUEST_ADDRESS);
        long end = System.nanoTime() + EFFORT.time().toNanos();
        while (System.nanoTime() < end) {
            LinkFault fault = faults.get(random.nextInt(faults.size()));
            during(fault, Duration.ofMillis(random.nextLong(200, EFFORT.of(2500, 8000))));
            if (random.nextBoolean()) {
                recovers("seed " + EFFORT.seed() + ": " + fault, loaded, RECOVERY.plus(LONG));
            } else {
                vm.output("sleep 0." + random.nextInt(10));
            }
        }
        recovers("seed " + EFFORT.seed() + ": all of it", loaded, RECOVERY.plus(LONG));
        nothingIsWrong(loaded);
    }

    private void during(LinkFault fault, Duration lasts) {
        link.begin(fault);
        vm.output("sleep " + lasts.toMillis() / 1e3);
        link.mend();
    }
}
