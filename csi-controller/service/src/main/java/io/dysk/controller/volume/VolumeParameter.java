package io.dysk.controller.volume;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The parameters of a StorageClass, and of a VolumeAttributesClass those that can be changed later. Their names are understood in any
 * case.
 */
public enum VolumeParameter {
    CONTAINER("container", "NAME", "container for the blobs; made if it isn't there. Default: what --container says", "[a-z0-9-]{3,63}"),
    BLOB_NAME_PREFIX("blobNamePrefix", "TEXT", "what the blobs' names start with, such as 'team1/'", "[A-Za-z0-9][A-Za-z0-9._/-]{0,39}"),
    ACCOUNT("account", "NAME", "the storage account, if the driver has several of its own", "[a-z0-9]{3,24}"),
    SKU("sku", "SKU", "kind of the account to choose, such as Premium_LRS, if the driver has several of its own",
            "(?i)(Premium|Standard)_(LRS|ZRS|GRS|RAGRS|GZRS|RAGZRS)"),
    ENDPOINT("endpoint", "URL", "the account's blob endpoint, where neither the secret nor the account's name tells it", "https?://[!-~]{1,120}"),
    ENDPOINT_SUFFIX("endpointSuffix", "SUFFIX", "what follows the account's name in its host. Default: what --endpoint-suffix says",
            "[a-z0-9]+([.-][a-z0-9]+)*"),
    VHD("vhd", "true|false", "whether blobs get a VHD footer, so that Azure can use them as disks too. Default: false", "(?i)true|false"),
    TIER("tier", "TIER", "performance tier of the blob in a premium account, P4 to P60; can be changed later",
            "(?i)P(4|6|10|15|20|30|40|50|60)"),
    TAGS("tags", "NAME=VALUE,...", "up to 10 index tags of the blob; can be changed later", "[A-Za-z0-9 +./:=_,-]{3,3000}"),
    FS_TYPE("fsType", "TYPE", "file system if the claim names none: ext4, xfs or btrfs. Default: ext4", "ext4|xfs|btrfs"),
    MKFS_OPTIONS("mkfsOptions", "OPTIONS", "more options for mkfs, with blanks between", "[ -~]{1,500}"),
    MOUNT_OPTIONS("mountOptions", "OPTIONS", "more mount options, with commas between", "[!-~]{1,500}"),
    MAX_CONNECTIONS("maxConnections", "N", "connections of one device to the service at a time, 1 to 64", "[1-9]|[1-5][0-9]|6[0-4]"),
    REQUEST_TIMEOUT("requestTimeout", "TIME", "after which a request is sent again, such as 30s", "[0-9]{1,6}(ms|s|m)?"),
    NO_PATH_TIMEOUT("noPathTimeout", "TIME", "after which a device without a way to the service fails; 0: never", "[0-9]{1,6}(ms|s|m)?");

    private final String text;
    private final String value;
    private final String meaning;
    private final Pattern form;

    VolumeParameter(String text, String value, String meaning, String form) {
        this.text = text;
        this.value = value;
        this.meaning = meaning;
        this.form = Pattern.compile(form);
    }

    /** As it is written. */
    public String text() {
        return text;
    }

    /** Whether it can be changed after the volume was made. */
    boolean mutable() {
        return this == TIER || this == TAGS;
    }

    /** Whether the node has to know it. */
    boolean forNodes() {
        return ordinal() >= FS_TYPE.ordinal();
    }

    /** What a value must be; empty if this is one. */
    Optional<String> fault(String given) {
        return form.matcher(given).matches() ? Optional.empty() : Optional.of("parameter '" + text + "': '" + given + "' is not possible; it is "
                + value + ", " + meaning);
    }

    static Optional<VolumeParameter> of(String name) {
        return Arrays.stream(values()).filter(parameter -> parameter.text.equalsIgnoreCase(name)).findFirst();
    }

    /** All names. */
    static String names() {
        return Arrays.stream(values()).map(VolumeParameter::text).collect(Collectors.joining(", "));
    }

    /** A line for each, for people. */
    public static String help() {
        return Arrays.stream(values()).map(parameter -> String.format("  %s=%s%n      %s%n", parameter.text, parameter.value, parameter.meaning))
                .collect(Collectors.joining());
    }
}
