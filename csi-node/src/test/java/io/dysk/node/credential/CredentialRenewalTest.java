package io.dysk.node.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.csi.VolumeCapability.AccessMode.Mode;
import io.dysk.kernel.Credential;
import io.dysk.kernel.DeviceState;
import io.dysk.kernel.Errno;
import io.dysk.kernel.ModuleException;
import io.dysk.kernel.Reason;
import io.dysk.node.fake.FakeModule;
import io.dysk.node.fake.FakeNode;
import io.dysk.rpc.call.RpcFailure;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialRenewalTest {
    private static final Duration LIFE = Duration.ofHours(1);

    private final List<Wanted> asked = new ArrayList<>();
    private final TestClock clock = new TestClock();
    private FakeNode node;
    private CredentialRenewal renewal;
    private RuntimeException failure;
    private String secret = "sig=first";

    @BeforeEach
    void attach(@TempDir Path folder) {
        node = new FakeNode(folder);
        node.stage(node.staging("one", FakeNode.block(Mode.SINGLE_NODE_WRITER)));
        node.module.calls.clear();
        renewal = new CredentialRenewal(node.module, node.devices, this::grant, clock);
    }

    private Optional<Grant> grant(Wanted wanted) {
        asked.add(wanted);
        if (failure != null) {
            throw failure;
        }
        return Optional.of(Grant.ofSas(secret, clock.instant().plus(LIFE)));
    }

    @Test
    void withoutTheModuleThereIsNothingToRenew() {
        node.module.unusable = ModuleException.cannotOpen(Errno.ENOENT);
        renewal.look();
        assertThat(asked).isEmpty();
    }

    @Test
    void whenTheControllerDoesNotAnswerItIsAskedAgainNextTime() {
        failure = RpcFailure.unavailable("no answer");
        renewal.look();
        assertThat(node.module.calls).isEmpty();
        failure = null;
        renewal.look();
        assertThat(node.module.calls).containsExactly("update 0 SAS");
    }

    @Test
    void aDeviceThatCannotBeUpdatedIsTriedAgain() {
        node.module.updateFailure = FakeModule.refusal("update", Errno.EAGAIN);
        renewal.look();
        renewal.look();
        assertThat(node.module.calls).containsExactly("update 0 SAS", "update 0 SAS");
    }

    @Test
    void whatWasAttachedBeforeARestartIsAskedForAtOnce() {
        renewal.look();
        assertThat(asked).containsExactly(new Wanted(FakeNode.id("one"), "acc", false));
        assertThat(node.module.calls).containsExactly("update 0 SAS");
    }

    @Test
    void aKeyOfADeviceFromBeforeARestartIsReplacedOnlyWhenItIsDenied() {
        node.stage(node.staging("two", FakeNode.block(Mode.SINGLE_NODE_WRITER)).removeSecrets("sas").putSecrets("accountkey", "a2V5"));
        node.module.state(0, DeviceState.DEAD, Reason.FENCED);
        node.module.calls.clear();
        renewal.look();
        assertThat(node.module.calls).isEmpty();
        node.module.state(1, DeviceState.HELD, Reason.DENIED);
        renewal.look();
        assertThat(node.module.calls).containsExactly("update 1 SAS");
    }

    @Test
    void aSasIsRenewedWhenHalfOfItsTimeIsOver() {
        renewal.look();
        secret = "sig=second";
        clock.now = clock.now.plus(LIFE.dividedBy(2)).minusSeconds(1);
        renewal.look();
        assertThat(node.module.calls).hasSize(1);
        clock.now = clock.now.plusSeconds(1);
        renewal.look();
        assertThat(node.module.calls).hasSize(2);
    }

    @Test
    void aSasOfAMinuteIsLookedAtJustWhenHalfOfItIsOverAndNotWhenItEnds() {
        renewal.attached(node.module.get(0).attachId(), Grant.ofSas("sig=short", clock.now.plusSeconds(60)));
        clock.now = clock.now.plusSeconds(28);
        assertThat(renewal.look()).isEqualTo(Duration.ofSeconds(2));
        assertThat(asked).isEmpty();
        clock.now = clock.now.plusSeconds(2);
        assertThat(renewal.look()).as("the new one is good for long").isEqualTo(Duration.ofSeconds(30));
        assertThat(asked).hasSize(1);
    }

    @Test
    void afterAFailureTheNextLookIsSooner() {
        failure = RpcFailure.unavailable("no answer");
        assertThat(renewal.look()).isEqualTo(Duration.ofSeconds(10));
        failure = null;
        assertThat(renewal.look()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aSasThatTheServiceDeniesIsReplacedBeforeItsTime() {
        renewal.look();
        secret = "sig=second";
        node.module.state(0, DeviceState.HELD, Reason.THROTTLED);
        renewal.look();
        assertThat(asked).hasSize(1);
        node.module.state(0, DeviceState.HELD, Reason.DENIED);
        renewal.look();
        assertThat(node.module.calls).containsExactly("update 0 SAS", "update 0 SAS");
    }

    @Test
    void whatTheCallerGaveIsLeftAloneEvenIfItIsDenied() {
        renewal.attached(node.module.get(0).attachId(), new Grant(Credential.sas("sig=x"), Optional.empty(), true, "x"));
        node.module.state(0, DeviceState.HELD, Reason.DENIED);
        renewal.look();
        assertThat(asked).isEmpty();
    }

    @Test
    void aKeyThatIsTheSameChangesNothing() {
        CredentialRenewal ofFiles = new CredentialRenewal(node.module, node.devices,
                _ -> Optional.of(new Grant(Credential.sas(secret), Optional.empty(), false, secret)), clock);
        ofFiles.look();
        ofFiles.look();
        assertThat(node.module.calls).hasSize(1);
        secret = "sig=rotated";
        ofFiles.look();
        assertThat(node.module.calls).hasSize(2);
    }

    @Test
    void aDeviceOutOfServiceNeedsNone() {
        node.module.state(0, DeviceState.DEAD, Reason.FENCED);
        renewal.look();
        assertThat(asked).isEmpty();
    }

    @Test
    void noTextShowsTheSecret() {
        assertThat(Grant.ofSas("sig=topsecret", Instant.EPOCH).toString()).doesNotContain("topsecret");
    }

    private static final class TestClock extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
