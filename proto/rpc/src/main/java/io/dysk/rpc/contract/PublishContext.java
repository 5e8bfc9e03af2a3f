package io.dysk.rpc.contract;

import io.dysk.rpc.call.RpcFailure;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What ControllerPublishVolume tells NodeStageVolume: which blob to attach and how. No secret is among it: Kubernetes keeps it in the
 * VolumeAttachment, where many may read it.
 *
 * @param endpoint URL of the account's blob endpoint, as {@code http://account.blob.core.windows.net} or, path style, {@code
 *     http://host:port/account}
 * @param account storage account
 * @param container container
 * @param blob blob name, not URL-encoded
 * @param snapshot the snapshot of it that is attached instead; read-only then
 * @param lease that every write carries; empty if and only if read-only
 * @param tailBytes bytes at the end of the blob that are not the disk: the footer of a VHD
 * @param blankAt the blob's sequence number when, under this lease, the service listed no written page of the disk; empty if there were
 *     some or it wasn't asked. Every attach raises the number's upper part ({@code number >>> 20}) by one, so after an attach that raised it by
 *     exactly one nobody can have written in between
 */
public record PublishContext(
        String endpoint,
        String account,
        String container,
        String blob,
        Optional<String> snapshot,
        Optional<String> lease,
        long tailBytes,
        OptionalLong blankAt) {
    private static final String ENDPOINT = "endpoint";
    private static final String ACCOUNT = "account";
    private static final String CONTAINER = "container";
    private static final String BLOB = "blob";
    private static final String SNAPSHOT = "snapshot";
    private static final String LEASE = "lease";
    private static final String TAIL_BYTES = "tailBytes";
    private static final String BLANK_AT = "blankAt";

    /** Attached without a lease, never written. */
    public boolean readOnly() {
        return lease.isEmpty();
    }

    public Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        map.put(ENDPOINT, endpoint);
        map.put(ACCOUNT, account);
        map.put(CONTAINER, container);
        map.put(BLOB, blob);
        snapshot.ifPresent(value -> map.put(SNAPSHOT, value));
        lease.ifPresent(value -> map.put(LEASE, value));
        map.put(TAIL_BYTES, Long.toString(tailBytes));
        blankAt.ifPresent(value -> map.put(BLANK_AT, Long.toString(value)));
        return map;
    }

    /**
     * Reads it back.
     *
     * @throws RpcFailure INVALID_ARGUMENT if something is missing or can't be
     */
    public static PublishContext parse(Map<String, String> map) {
        return new PublishContext(required(map, ENDPOINT), required(map, ACCOUNT), required(map, CONTAINER), required(map, BLOB),
                Optional.ofNullable(map.get(SNAPSHOT)), Optional.ofNullable(map.get(LEASE)), number(map, TAIL_BYTES).orElse(0), number(map, BLANK_AT));
    }

    private static OptionalLong number(Map<String, String> map, String key) {
        String value = map.get(key);
        if (value == null) {
            return OptionalLong.empty();
        }
        if (!value.matches("\\d{1,18}")) {
            throw RpcFailure.invalidArgument("publish context: '" + key + "' is no number; pass on what ControllerPublishVolume answered");
        }
        return OptionalLong.of(Long.parseLong(value));
    }

    private static String required(Map<String, String> map, String key) {
        String value = map.get(key);
        if (value == null || value.isEmpty()) {
            throw RpcFailure.invalidArgument("publish context: there is no '" + key + "'; pass on what ControllerPublishVolume answered");
        }
        return value;
    }
}
