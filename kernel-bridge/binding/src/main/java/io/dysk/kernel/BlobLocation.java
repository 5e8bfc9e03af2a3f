package io.dysk.kernel;

import java.util.Optional;

/**
 * Which page blob, or which snapshot of it.
 *
 * @param account storage account
 * @param container container, {@code $root} for the root container
 * @param blob blob name, not URL-encoded
 * @param snapshot the time stamp that names a snapshot
 */
public record BlobLocation(String account, String container, String blob, Optional<String> snapshot) {

    public BlobLocation {
        AbiText.require("account", account, DyskAbi.ACCOUNT_MAX);
        AbiText.require("container", container, DyskAbi.CONTAINER_MAX);
        AbiText.require("blob", blob, DyskAbi.BLOB_MAX);
        snapshot.ifPresent(s -> AbiText.require("snapshot", s, DyskAbi.SNAPSHOT_MAX));
    }

    public static BlobLocation of(String account, String container, String blob) {
        return new BlobLocation(account, container, blob, Optional.empty());
    }

    /** {@code account/container/blob[@snapshot]}. */
    @Override
    public String toString() {
        return account + "/" + container + "/" + blob + snapshot.map(s -> "@" + s).orElse("");
    }
}
