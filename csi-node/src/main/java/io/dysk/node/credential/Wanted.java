package io.dysk.node.credential;

/**
 * What a credential is wanted for.
 *
 * @param volumeId the volume
 * @param account the storage account that its blob is in
 * @param readOnly it is only read
 */
public record Wanted(String volumeId, String account, boolean readOnly) {}
