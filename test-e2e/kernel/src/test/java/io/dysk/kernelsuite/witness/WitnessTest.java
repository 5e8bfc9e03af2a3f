package io.dysk.kernelsuite.witness;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.BlobServerConfig;
import io.dysk.blobserver.blob.AppliedWrite;
import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.Fault.Kind;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.kernelsuite.Await;
import io.dysk.kernelsuite.Device;
import io.dysk.kernelsuite.Endpoint;
import io.dysk.kernelsuite.OnOneNode;
import io.dysk.kernelsuite.PageBlob;
import io.dysk.vm.KernelTest;
import io.dysk.vm.VirtualMachine;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The witness on a real device: what is right is found right, and a service that lies is found out. */
@KernelTest
@Tag("one-kernel")
class WitnessTest extends OnOneNode {
    private static final long BYTES = 8 << 20;

    private final Ledgers ledgers;
    private final Witness witness;

    WitnessTest(VirtualMachine vm) {
        Ledgers ledgers = new Ledgers();
        super(vm, Endpoint.start(BlobServerConfig.defaults().withWatcher(ledgers)));
        this.ledgers = ledgers;
        this.witness = Witness.on(vm);
    }

    @Test
    void aRunWithoutFaultsIsClean() {
        PageBlob blob = endpoint.create("clean", BYTES);
        Device device = node.attach(blob.attach());
        Ledger ledger = ledgers.open(blob, WitnessPlan.of(1, BYTES));

        WitnessReport report = witness.start(device, ledger, Load.of(Duration.ofSeconds(3))).await();

        report.assertClean();
        assertThat(report.reads()).isPositive();
        assertThat(report.clears()).isPositive();
        Findings findings = ledger.verify(blob::read);
        findings.assertNothingWrong();
        assertThat(findings.acknowledged()).isEqualTo(report.writes() + report.clears());
        witness.verify(device, ledger).assertClean();
    }

    @Test
    void aRunGoesOnWhereTheLastOneEnded() {
        PageBlob blob = endpoint.create("goes-on", BYTES);
        Device device = node.attach(blob.attach());
        Ledger ledger = ledgers.open(blob, WitnessPlan.of(2, BYTES));
        witness.start(device, ledger, Load.untilStopped().withChanges(200)).await().assertClean();
        device.detach();
        Device again = node.attach(blob.attach());
        ledger.handOver();

        witness.start(again, ledger, Load.untilStopped().withChanges(200)).await().assertClean();

        Findings findings = ledger.verify(blob::read);
        findings.assertNothingWrong();
        assertThat(findings.acknowledged()).isEqualTo(400);
    }

    /** Answers "written" without having written anything: the only fault that no driver can survive. */
    @Test
    void aServiceThatDoesNotWriteWhatItAcknowledgesIsFoundOutByBoth() {
        PageBlob blob = endpoint.create("liar", BYTES);
        Device device = node.attach(blob.attach().with("conns", 4));
        Ledger ledger = ledgers.open(blob, WitnessPlan.of(3, BYTES));
        endpoint.server().faults().add(new FaultRule("PUT", "page", null, null, null, 40, 10), new Fault(Kind.ANSWER, 201, "", -1, 0, 0));

        WitnessReport report = witness.start(device, ledger, Load.untilStopped().withChanges(200)).await();

        WitnessReport again = witness.verify(device, ledger);
        Findings findings = ledger.verify(blob::read);
        assertThat(findings.falselyAcknowledged()).as(findings.toString()).isBetween(1L, 10L);
        assertThat(report.lost() + again.lost()).as(report + "\n" + again).isPositive();
    }

    @Test
    void writesWithoutAnAnswerAreNoFaultAndHeldOnesDoNotLand() {
        PageBlob blob = endpoint.create("held", BYTES);
        Device device = node.attach(blob.attach().with("request_ms", 1000));
        Ledger ledger = ledgers.open(blob, WitnessPlan.of(4, BYTES));
        for (int skip = 30; skip < 150; skip += 40) {
            endpoint.server().faults().add(new FaultRule("PUT", "page", null, null, null, skip, 1), new Fault(Kind.HOLD_DROP, 0, "", -1, 0, 25));
            endpoint.server().faults().add(new FaultRule("PUT", "page", null, null, null, skip + 10, 1), new Fault(Kind.APPLY_DROP, 0, "", -1, 0, 0));
        }

        witness.start(device, ledger, Load.untilStopped().withChanges(300)).await().assertClean();

        ledger.verify(blob::read).assertNothingWrong();
        assertThat(device.stats().number("fences")).isPositive();
        assertThat(blob.changes(AppliedWrite.Kind.UPDATE)).isNotEmpty();
    }

    @Test
    void failedChangesAreCountedAndMayOrMayNotBeThere() {
        PageBlob blob = endpoint.create("fails", BYTES);
        Device device = node.attach(blob.attach());
        Ledger ledger = ledgers.open(blob, WitnessPlan.of(5, BYTES));
        WitnessRun run = witness.start(device, ledger, Load.untilStopped());
        run.awaitAcknowledged(50);
        endpoint.store().breakLease(blob.address(), Optional.empty());

        Await.until("some fail", () -> ledger.heard().failed() > 10);
        WitnessReport report = run.stop();

        assertThat(report.failed()).isPositive();
        report.assertNothingWrong();
        ledger.verify(blob::read).assertNothingWrong();
    }
}
