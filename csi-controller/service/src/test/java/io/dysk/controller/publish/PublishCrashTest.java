package io.dysk.controller.publish;

import static io.dysk.controller.TestStorage.MIB;
import static io.dysk.controller.publish.Cluster.A;
import static io.dysk.controller.publish.Cluster.B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.blob.BlobException;
import io.dysk.blob.NewPageBlob;
import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.controller.TestStorage;
import io.dysk.controller.step.PublishVolumeStep;
import io.dysk.controller.volume.VolumeId;
import io.dysk.controller.volume.VolumeNotes;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A controller dies behind each step that a publication has; the next one, which knows nothing of it, ends it. */
class PublishCrashTest {
    private final Cluster cluster = new Cluster();

    @AfterEach
    void end() {
        cluster.close();
    }

    @ParameterizedTest
    @EnumSource(PublishVolumeStep.class)
    void behindEveryStepTheSameCallAgainEndsWell(PublishVolumeStep step) {
        VolumeId volume = prepared(step);
        Runnable call = step == PublishVolumeStep.NOTED ? () -> cluster.publishForReading(volume, B) : () -> cluster.publish(volume, B);
        cluster.deathAt.set(step);
        assertThatThrownBy(call::run).isInstanceOf(TestStorage.Died.class);
        cluster.restart();
        call.run();
        assertThat(cluster.blob(volume).leaseId()).isNotNull();
        leavesNothing(volume);
    }

    @ParameterizedTest
    @EnumSource(PublishVolumeStep.class)
    void behindEveryStepUnpublishingLeavesNothing(PublishVolumeStep step) {
        VolumeId volume = prepared(step);
        cluster.deathAt.set(step);
        assertThatThrownBy(() -> {
            if (step == PublishVolumeStep.NOTED) {
                cluster.publishForReading(volume, B);
            } else {
                cluster.publish(volume, B);
            }
        }).isInstanceOf(TestStorage.Died.class);
        cluster.restart();
        leavesNothing(volume);
    }

    @Test
    void readersThatDiedBeforeTheyWereListedDoNotKeepAWriterOut() {
        VolumeId volume = cluster.volume("pvc-1");
        cluster.store.acquireLease(volume.address(), Placement.readers(volume));
        assertThat(cluster.publish(volume, B).lease()).isPresent();
    }

    private void leavesNothing(VolumeId volume) {
        cluster.unpublish(volume, A);
        cluster.unpublish(volume, B);
        assertThat(cluster.blob(volume).leaseId()).isNull();
        assertThat(VolumeNotes.of(cluster.store.properties(volume.address())).readers()).isEmpty();
    }

    /** A volume whose publication to node B has that step. */
    private VolumeId prepared(PublishVolumeStep step) {
        if (step == PublishVolumeStep.COMPLETED) {
            cluster.server.faults().add(new FaultRule("PUT", "page", null, null, null, 0, 0), new Fault(Fault.Kind.ANSWER, 403,
                    "AuthorizationFailure", -1, 0, 0));
            assertThatThrownBy(() -> cluster.volume("disk.vhd", NewPageBlob.vhd(4 * MIB))).isInstanceOf(BlobException.Denied.class);
            cluster.connect();
            return TestStorage.id("disk.vhd");
        }
        VolumeId volume = cluster.volume("pvc-1");
        Optional<Runnable> before = switch (step) {
            case FENCED -> Optional.of(() -> cluster.publish(volume, A));
            case READERS_REMOVED, READERS_RELEASED -> Optional.of(() -> cluster.publishForReading(volume, A));
            case LEASED, COMPLETED, NOTED -> Optional.empty();
        };
        before.ifPresent(published -> {
            published.run();
            cluster.cutOff();
            assertThatThrownBy(() -> cluster.unpublish(volume, A)).isInstanceOf(BlobException.class);
            cluster.connect();
        });
        return volume;
    }
}
