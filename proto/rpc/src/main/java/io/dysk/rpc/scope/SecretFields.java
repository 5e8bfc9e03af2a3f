package io.dysk.rpc.scope;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.dysk.csi.CsiProto;
import java.util.Locale;
import java.util.Set;

/** Which fields, and which keys of maps, hold what must not be shown. */
final class SecretFields {
    /** In a CSI secret, but said openly everywhere else: the account is part of each volume's id. */
    private static final Set<String> NAMES_AND_PLACES = Set.of("accountname", "endpoint");
    private static final Set<String> WORDS = Set.of("key", "sas", "secret", "token", "password", "passwd", "signature", "credential", "auth");

    private SecretFields() {}

    /** Marked so by the specification, or may hold passwords of network mounts as it says. */
    static boolean isSecret(FieldDescriptor field) {
        return field.getOptions().getExtension(CsiProto.csiSecret) || field.getName().equals("mount_flags");
    }

    /** A map that is no secret may have such a key all the same. */
    static boolean isSecretKey(String key) {
        String name = key.toLowerCase(Locale.ROOT);
        return WORDS.stream().anyMatch(name::contains);
    }

    /** Whether a value in a CSI secret is looked for in what is said elsewhere. */
    static boolean isScrubbed(String key, String value) {
        return !NAMES_AND_PLACES.contains(key.toLowerCase(Locale.ROOT)) || value.indexOf('?') >= 0 || value.indexOf('@') >= 0;
    }
}
