package io.dysk.blob;

import com.azure.core.util.Context;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.options.BlobGetTagsOptions;
import com.azure.storage.blob.options.BlobSetTagsOptions;
import io.dysk.blob.Operation.Repeat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The tags of a blob, which the service keeps an index of.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/set-blob-tags">Set Blob Tags</a>
 */
final class Tags {
    private static final int MOST = 10;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9 +\\-./:=_]{1,128}");
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9 +\\-./:=_]{0,256}");

    private final AzureClients clients;
    private final ServiceCalls calls;

    Tags(AzureClients clients, ServiceCalls calls) {
        this.clients = clients;
        this.calls = calls;
    }

    Map<String, String> of(Deadline deadline, BlobAddress address) {
        return calls.run(deadline, Operation.onBlob("read the tags of", address, Repeat.READS), time -> clients.pageBlob(address)
                .getTagsWithResponse(new BlobGetTagsOptions(), time, Context.NONE).getValue().entrySet().stream()
                // The SDK reads empty values as null.
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, tag -> Objects.requireNonNullElse(tag.getValue(), ""))));
    }

    void replace(Deadline deadline, BlobAddress address, Map<String, String> tags, Optional<LeaseId> lease) {
        var options = new BlobSetTagsOptions(tags).setRequestConditions(
                new BlobRequestConditions().setLeaseId(lease.map(LeaseId::toString).orElse(null)));
        calls.run(deadline, Operation.onBlob("set the tags of", address, Repeat.ALWAYS), time ->
                clients.pageBlob(address).setTagsWithResponse(options, time, Context.NONE).getStatusCode());
    }

    /** An unmodifiable copy; refuses what the service would. */
    static Map<String, String> checked(Map<String, String> tags) {
        if (tags.size() > MOST) {
            throw new BlobException.InvalidArgument(tags.size() + " tags are not possible: expected at most " + MOST);
        }
        tags.forEach((name, value) -> {
            if (name == null || !NAME.matcher(name).matches()) {
                throw new BlobException.InvalidArgument("tag name " + Text.quoted(name)
                        + " is not possible: expected 1 to 128 letters, digits, spaces and + - . / : = _");
            }
            if (value == null || !VALUE.matcher(value).matches()) {
                throw new BlobException.InvalidArgument("value " + Text.quoted(value) + " of tag " + Text.quoted(name)
                        + " is not possible: expected up to 256 letters, digits, spaces and + - . / : = _");
            }
        });
        return Map.copyOf(tags);
    }
}
