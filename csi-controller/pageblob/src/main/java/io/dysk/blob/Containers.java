package io.dysk.blob;

import com.azure.core.http.rest.PagedResponse;
import com.azure.core.util.Context;
import com.azure.storage.blob.models.BlobContainerItem;
import com.azure.storage.blob.models.BlobContainerListDetails;
import com.azure.storage.blob.models.ListBlobContainersOptions;
import io.dysk.blob.Operation.Repeat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** Makes the containers of volumes, and finds them again by the mark in their metadata. */
final class Containers {
    private static final String MARK = "dysk";
    private static final String VOLUMES = "volumes";
    /** The most containers that the service gives at once. */
    static final int MAX_PAGE_SIZE = 5000;

    private final AzureClients clients;
    private final ServiceCalls calls;
    private final int pageSize;

    Containers(AzureClients clients, ServiceCalls calls, int pageSize) {
        this.clients = clients;
        this.calls = calls;
        this.pageSize = pageSize;
    }

    boolean create(Deadline deadline, ContainerName container) {
        try {
            calls.run(deadline, Operation.onContainer("create", container, Repeat.ALWAYS), time -> clients.container(container)
                    .createWithResponse(Map.of(MARK, VOLUMES), null, time, Context.NONE).getStatusCode());
            return true;
        } catch (BlobException.AlreadyExists e) {
            mark(deadline, container);
            return false;
        }
    }

    private void mark(Deadline deadline, ContainerName container) {
        try {
            Map<String, String> metadata = calls.run(deadline, Operation.onContainer("read the properties of", container, Repeat.READS),
                    time -> Objects.requireNonNullElse(clients.container(container)
                            .getPropertiesWithResponse(null, time, Context.NONE).getValue().getMetadata(), Map.of()));
            if (isMarked(metadata)) {
                return;
            }
            Map<String, String> marked = new TreeMap<>(metadata);
            marked.keySet().removeIf(name -> name.equalsIgnoreCase(MARK));
            marked.put(MARK, VOLUMES);
            calls.run(deadline, Operation.onContainer("mark", container, Repeat.IF_NOT_APPLIED), time -> clients.container(container)
                    .setMetadataWithResponse(marked, null, time, Context.NONE).getStatusCode());
        } catch (BlobException.Denied | BlobException.LeaseHeld e) {
            // Volumes can live in it all the same; only volumeContainers() doesn't find it.
        }
    }

    List<ContainerName> ofVolumes(Deadline deadline) {
        List<ContainerName> found = new ArrayList<>();
        Optional<String> from = Optional.empty();
        do {
            PagedResponse<BlobContainerItem> page = page(deadline, from);
            page.getValue().forEach(item -> volumes(item).ifPresent(found::add));
            from = Optional.ofNullable(page.getContinuationToken()).filter(token -> !token.isEmpty());
        } while (from.isPresent());
        return List.copyOf(found);
    }

    private PagedResponse<BlobContainerItem> page(Deadline deadline, Optional<String> from) {
        Operation operation = new Operation("list the containers of the account", Operation.Target.ACCOUNT, Repeat.READS);
        var options = new ListBlobContainersOptions().setMaxResultsPerPage(pageSize).setDetails(new BlobContainerListDetails().setRetrieveMetadata(true));
        return calls.run(deadline, operation, time -> clients.service().listBlobContainers(options, time)
                .iterableByPage(from.orElse(null)).iterator().next());
    }

    // The service's own containers have names that we refuse.
    private static Optional<ContainerName> volumes(BlobContainerItem item) {
        try {
            return item.getMetadata() != null && isMarked(item.getMetadata())
                    ? Optional.of(new ContainerName(item.getName()))
                    : Optional.empty();
        } catch (BlobException.InvalidArgument e) {
            return Optional.empty();
        }
    }

    private static boolean isMarked(Map<String, String> metadata) {
        return metadata.entrySet().stream()
                .anyMatch(entry -> entry.getKey().toLowerCase(Locale.ROOT).equals(MARK) && VOLUMES.equals(entry.getValue()));
    }
}
