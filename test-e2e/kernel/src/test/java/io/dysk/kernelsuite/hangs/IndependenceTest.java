package io.dysk.kernelsuite.hangs;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.Fault.Kind;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.kernelsuite.Device;
import io.dysk.kernelsuite.Endpoint;
import io.dysk.kernelsuite.Node;
import io.dysk.kernelsuite.OnOneNode;
import io.dysk.kernelsuite.FioResult;
import io.dysk.kernelsuite.Until;
import io.dysk.vm.Command;
import io.dysk.vm.KernelTest;
import io.dysk.vm.RunningCommand;
import io.dysk.vm.VirtualMachine;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Devices don't share fate: one whose endpoint never answers, with all it can take waiting, leaves the others their speed. */
@KernelTest
@Tag("hangs")
// Not that it takes long: it compares wall-clock rates, which need a host with nothing else to do.
@Tag("long")
class IndependenceTest extends OnOneNode {
    private static final int MIB = 1 << 20;
    private static final int ROUNDS = 5;
    private static final double SHARE = 0.8;

    private final Endpoint stuckEndpoint = Endpoint.start();

    IndependenceTest(VirtualMachine vm) {
        super(vm);
    }

    @AfterAll
    void stopStuckEndpoint() {
        stuckEndpoint.close();
    }

    /**
     * The best of several short rounds of each kind, in turns: what else the host does slows rounds down, and nothing
     * makes one faster than it can be.
     */
    @Test
    void aStuckEndpointLeavesTheOthersTheirThroughput() {
        String files = "";
        for (int i = 0; i < 3; i++) {
            Device device = node.attach(endpoint.create("well-" + i, 16 * MIB).attach());
            files += (i == 0 ? "" : ":") + device.path();
        }
        Device stuck = node.attach(stuckEndpoint.create("stuck", 16 * MIB).attach().with("conns", 64));
        stuckEndpoint.server().faults().add(new FaultRule(null, null, null, null, null, 0, 0), new Fault(Kind.SILENCE, 0, "", -1, 0, 0));

        long alone = 0;
        long besideStuck = 0;
        for (int round = 0; round < ROUNDS; round++) {
            alone = Math.max(alone, throughput(files));
            RunningCommand waiting = fillQueue(stuck);
            besideStuck = Math.max(besideStuck, throughput(files));
            assertThat(waiting.isRunning()).isTrue();
            stuckEndpoint.server().faults().clear();
            stuckEndpoint.server().disconnect(true);
            waiting.await();
            stuckEndpoint.server().faults().add(new FaultRule(null, null, null, null, null, 0, 0), new Fault(Kind.SILENCE, 0, "", -1, 0, 0));
        }

        assertThat(besideStuck).as("requests in a round, %s without the stuck device", alone)
                .isGreaterThanOrEqualTo((long) (SHARE * alone));
        stuck.forceDetach();
    }

    private long throughput(String files) {
        FioResult result = node.fio("--filename=" + files + " --rw=randrw --bs=4k --iodepth=24 --time_based --runtime=2");
        return result.reads() + result.writes();
    }

    private RunningCommand fillQueue(Device stuck) {
        RunningCommand waiting = vm.start(Command.of(Node.fioLine("--filename=" + stuck.path()
                + " --rw=randrw --bs=4k --size=4m --io_size=1m --iodepth=128")).within(Duration.ofSeconds(120)));
        vm.output(Until.inFlight(stuck, 100));
        return waiting;
    }
}
