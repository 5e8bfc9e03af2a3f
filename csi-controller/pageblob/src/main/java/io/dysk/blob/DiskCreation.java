package io.dysk.blob;

import com.azure.core.util.Context;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.options.PageBlobCreateOptions;
import io.dysk.blob.Operation.Repeat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** Makes page blobs, never over one that is there. */
final class DiskCreation {
    private final AzureClients clients;
    private final ServiceCalls calls;
    private final BlobRequests requests;
    private final DiskSizing sizing;

    DiskCreation(AzureClients clients, ServiceCalls calls, BlobRequests requests, DiskSizing sizing) {
        this.clients = clients;
        this.calls = calls;
        this.requests = requests;
        this.sizing = sizing;
    }

    void apply(Deadline deadline, BlobAddress address, NewPageBlob blob) {
        String mark = UUID.randomUUID().toString();
        try {
            calls.run(deadline, Operation.onBlob("create", address, Repeat.ALWAYS), time -> clients.pageBlob(address)
                    .createWithResponse(options(blob, mark), time, Context.NONE).getStatusCode());
        } catch (BlobException.AlreadyExists e) {
            if (!mark.equals(markOf(deadline, address))) {
                throw e;
            }
        }
        if (blob.vhd()) {
            sizing.apply(deadline, address, new Resize(blob.dataBytes(), false, Optional.empty(), Optional.empty()));
        }
    }

    private static PageBlobCreateOptions options(NewPageBlob blob, String mark) {
        Map<String, String> metadata = new TreeMap<>(blob.metadata());
        metadata.put(Metadata.CREATION, mark);
        if (blob.vhd()) {
            metadata.put(Metadata.FORMAT, DiskLayout.VHD);
            metadata.put(Metadata.DISK_ID, UUID.randomUUID().toString());
        }
        return new PageBlobCreateOptions(blob.dataBytes() + (blob.vhd() ? VhdFooter.BYTES : 0))
                .setMetadata(metadata)
                .setRequestConditions(new BlobRequestConditions().setIfNoneMatch("*"));
    }

    /** The mark of the call that made the blob; empty if it isn't ours, or gone again. */
    private String markOf(Deadline deadline, BlobAddress address) {
        try {
            return requests.read(deadline, address).metadata().getOrDefault(Metadata.CREATION, "");
        } catch (BlobException.NotFound | BlobException.NotPageBlob e) {
            return "";
        }
    }
}
