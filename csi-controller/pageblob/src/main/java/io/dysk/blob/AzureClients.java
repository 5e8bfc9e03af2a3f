package io.dysk.blob;

import com.azure.core.http.policy.HttpLogDetailLevel;
import com.azure.core.http.policy.HttpLogOptions;
import com.azure.core.util.ClientOptions;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.BlobServiceVersion;
import com.azure.storage.blob.specialized.BlobLeaseClient;
import com.azure.storage.blob.specialized.BlobLeaseClientBuilder;
import com.azure.storage.blob.specialized.PageBlobClient;
import com.azure.storage.common.StorageSharedKeyCredential;
import com.azure.storage.common.policy.RequestRetryOptions;
import com.azure.storage.common.policy.RetryPolicyType;
import java.net.http.HttpClient;
import java.time.Duration;

/** The SDK's clients for one account, without its retries, its logs and its newest protocol version. */
final class AzureClients {
    /** The protocol version: the one that the kernel module speaks too. Emulators refuse versions newer than themselves. */
    static final BlobServiceVersion VERSION = BlobServiceVersion.V2023_11_03;

    private static final Duration LONGEST_REQUEST = Duration.ofMinutes(10); // each call sets its own, shorter one

    private final BlobServiceClient service;

    AzureClients(BlobAccount account, HttpClient http) {
        BlobServiceClientBuilder builder = new BlobServiceClientBuilder()
                .endpoint(account.endpoint().url())
                .serviceVersion(VERSION)
                .clientOptions(new ClientOptions().setApplicationId("csi-dysk"))
                .httpLogOptions(new HttpLogOptions().setLogLevel(HttpLogDetailLevel.NONE))
                // It would repeat every request, also those that must not be.
                .retryOptions(new RequestRetryOptions(RetryPolicyType.FIXED, 1, LONGEST_REQUEST, Duration.ofMillis(1), Duration.ofMillis(1), null))
                .httpClient(new BlobServiceHttp(http));
        service = switch (account.credentials()) {
            case Credentials.SharedKey key -> builder.credential(
                    new StorageSharedKeyCredential(key.account().value(), key.base64())).buildClient();
            case Credentials.Sas sas -> builder.sasToken(sas.query()).buildClient();
            case Credentials.Token token -> builder.credential(new SdkToken(token.source())).buildClient();
        };
    }

    BlobServiceClient service() {
        return service;
    }

    BlobContainerClient container(ContainerName name) {
        return service.getBlobContainerClient(name.value());
    }

    PageBlobClient pageBlob(BlobAddress address) {
        return container(address.container()).getBlobClient(address.blob().value()).getPageBlobClient();
    }

    PageBlobClient pageBlob(BlobAddress address, SnapshotId snapshot) {
        return container(address.container()).getBlobClient(address.blob().value(), snapshot.value()).getPageBlobClient();
    }

    /** A client is good for one call: the SDK's own remembers the lease it got. */
    BlobLeaseClient lease(BlobAddress address, LeaseId lease) {
        return new BlobLeaseClientBuilder().blobClient(pageBlob(address)).leaseId(lease.toString()).buildClient();
    }
}
