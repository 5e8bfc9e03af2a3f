package io.dysk.blob;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.util.Context;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The containers of volumes, and how they are found again. */
abstract class ContainerContract extends PageBlobStoreContract {
    private final List<ContainerName> made = new ArrayList<>();

    ContainerContract(BlobService service) {
        super(service);
    }

    @AfterEach
    void deleteThem() {
        made.forEach(name -> plain().container(name).deleteIfExists());
    }

    private ContainerName fresh() {
        ContainerName name = new ContainerName("m" + UUID.randomUUID().toString().substring(1));
        made.add(name);
        return name;
    }

    private ContainerName foreign(Map<String, String> metadata) {
        ContainerName name = fresh();
        plain().container(name).createWithResponse(metadata, null, null, Context.NONE);
        return name;
    }

    @Test
    void aContainerThatMayNotBeReadOrMarkedIsUsedUnmarked() {
        for (String kind : List.of("GET", "PUT metadata")) {
            ContainerName foreign = foreign(Map.of());
            FaultProxy proxy = proxy();
            proxy.answer(kind, 403, Map.of("x-ms-error-code", "AuthorizationPermissionMismatch", "x-ms-request-id", "1"));
            assertThat(storeBehind(proxy).createContainer(foreign)).isFalse();
            assertThat(proxy.allFaultsHappened()).isTrue();
            assertThat(store.volumeContainers()).doesNotContain(foreign);
        }
    }

    @Test
    void aContainerWhoseAnswerIsLostIsMadeAndMarked() {
        ContainerName name = fresh();
        FaultProxy proxy = proxy();
        proxy.loseAnswerOf("PUT");
        storeBehind(proxy).createContainer(name);
        assertThat(store.volumeContainers()).contains(name);
    }

    @Test
    void aContainerThatIsThereIsMarkedAndKeepsItsMetadata() {
        ContainerName foreign = foreign(Map.of("team", "a"));
        assertThat(store.volumeContainers()).doesNotContain(foreign);
        assertThat(store.createContainer(foreign)).isFalse();
        assertThat(store.volumeContainers()).contains(foreign);
        assertThat(plain().container(foreign).getProperties().getMetadata()).containsEntry("team", "a").containsEntry("dysk", "volumes");
    }

    @Test
    void whoseMarkSaysSomethingElseIsNotForVolumes() {
        ContainerName foreign = foreign(Map.of("dysk", "backups"));
        assertThat(store.volumeContainers()).contains(container).doesNotContain(foreign);
    }

    @Test
    void allPartsOfTheListAreRead() {
        ContainerName second = fresh();
        ContainerName third = fresh();
        assertThat(store.createContainer(second)).isTrue();
        assertThat(store.createContainer(third)).isTrue();
        ServiceCalls calls = new ServiceCalls(LIMITS, new ErrorMapping(account().endpoint(), InstantSource.system()), pause -> {});
        List<ContainerName> oneByOne = new Containers(plain(), calls, 1).ofVolumes(calls.deadline());
        assertThat(oneByOne).contains(container, second, third).isEqualTo(store.volumeContainers());
        assertThat(oneByOne).isSortedAccordingTo(Comparator.comparing(ContainerName::value));
    }
}
