package io.dysk.ctl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Kubernetes PersistentVolume for a blob that is there already.
 *
 * @param name of the volume
 * @param volumeHandle names the volume to the driver
 * @param endpoint URL of the account
 * @param account storage account
 * @param container container
 * @param blob blob name
 * @param capacityBytes size of the disk
 * @param accessMode such as ReadWriteOnce
 * @param reclaimPolicy Retain or Delete
 * @param storageClass may be empty: then no class
 * @param fsType ext4, xfs; empty for a raw block volume
 * @param readOnly attach read-only
 * @param labels of the volume
 * @param secret namespace and name of the secret with the credentials
 * @param claim namespace and name of the one claim that may bind it
 */
record PvManifest(
        String name,
        String volumeHandle,
        String endpoint,
        String account,
        String container,
        String blob,
        long capacityBytes,
        String accessMode,
        String reclaimPolicy,
        String storageClass,
        String fsType,
        boolean readOnly,
        Map<String, String> labels,
        Optional<ObjectName> secret,
        Optional<ObjectName> claim) {

    static final String DRIVER = "csi-dysk";

    /** A Kubernetes object's name. */
    record ObjectName(String namespace, String name) {

        /** {@code NAMESPACE/NAME}, or {@code NAME} in the name space "default". */
        static ObjectName parse(String text) {
            int slash = text.indexOf('/');
            String namespace = slash < 0 ? "default" : text.substring(0, slash);
            String name = text.substring(slash + 1);
            if (!isName(namespace) || !isName(name)) {
                throw CtlException.usage("'" + text + "' is not an object's name: write NAMESPACE/NAME, of small letters,"
                        + " digits, '-' and '.'");
            }
            return new ObjectName(namespace, name);
        }
    }

    /** A name as Kubernetes takes it (RFC 1123 subdomain). */
    static boolean isName(String text) {
        return text.length() <= 253 && text.matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    }

    /** The manifest as maps, lists and values. */
    Map<String, Object> toMap() {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("name", name);
        if (!labels.isEmpty()) {
            metadata.put("labels", labels);
        }
        metadata.put("annotations", Map.of("pv.kubernetes.io/provisioned-by", DRIVER));
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("apiVersion", "v1");
        manifest.put("kind", "PersistentVolume");
        manifest.put("metadata", metadata);
        manifest.put("spec", spec());
        return manifest;
    }

    /** YAML; all text is quoted, so no name can be taken for something else. */
    String toYaml() {
        StringBuilder yaml = new StringBuilder();
        map(yaml, toMap(), 0);
        return yaml.toString();
    }

    private Map<String, Object> spec() {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("capacity", Map.of("storage", quantity(capacityBytes)));
        spec.put("accessModes", List.of(accessMode));
        spec.put("persistentVolumeReclaimPolicy", reclaimPolicy);
        spec.put("storageClassName", storageClass);
        spec.put("volumeMode", fsType.isEmpty() ? "Block" : "Filesystem");
        claim.ifPresent(c -> spec.put("claimRef", claim(c)));
        Map<String, Object> csi = new LinkedHashMap<>();
        csi.put("driver", DRIVER);
        csi.put("volumeHandle", volumeHandle);
        csi.put("readOnly", readOnly);
        if (!fsType.isEmpty()) {
            csi.put("fsType", fsType);
        }
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("endpoint", endpoint);
        attributes.put("account", account);
        attributes.put("container", container);
        attributes.put("blob", blob);
        csi.put("volumeAttributes", attributes);
        secret.ifPresent(s -> List.of("controllerPublishSecretRef", "nodeStageSecretRef", "controllerExpandSecretRef")
                .forEach(ref -> csi.put(ref, reference(s))));
        spec.put("csi", csi);
        return spec;
    }

    private static Map<String, Object> claim(ObjectName claim) {
        Map<String, Object> reference = new LinkedHashMap<>();
        reference.put("apiVersion", "v1");
        reference.put("kind", "PersistentVolumeClaim");
        reference.putAll(reference(claim));
        return reference;
    }

    private static Map<String, Object> reference(ObjectName object) {
        Map<String, Object> reference = new LinkedHashMap<>();
        reference.put("namespace", object.namespace());
        reference.put("name", object.name());
        return reference;
    }

    /** In the largest unit that is exact. */
    static String quantity(long bytes) {
        String[] units = {"", "Ki", "Mi", "Gi", "Ti"};
        int unit = 0;
        long value = bytes;
        while (unit < units.length - 1 && value % 1024 == 0) {
            value /= 1024;
            unit++;
        }
        return value + units[unit];
    }

    private static void map(StringBuilder yaml, Map<?, ?> map, int indent) {
        map.forEach((key, value) -> {
            yaml.repeat(" ", indent).append(key(key.toString())).append(':');
            switch (value) {
                case Map<?, ?> inner -> map(yaml.append('\n'), inner, indent + 2);
                case List<?> list -> list(yaml.append('\n'), list, indent + 2);
                case Boolean bool -> yaml.append(' ').append(bool).append('\n');
                default -> yaml.append(' ').append(Json.quote(value.toString())).append('\n');
            }
        });
    }

    private static void list(StringBuilder yaml, List<?> list, int indent) {
        new ArrayList<>(list).forEach(element ->
                yaml.repeat(" ", indent).append("- ").append(Json.quote(element.toString())).append('\n'));
    }

    private static String key(String key) {
        return key.matches("[A-Za-z]+") ? key : Json.quote(key);
    }
}
