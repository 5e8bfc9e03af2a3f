package io.dysk.blob;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes the SAS of one blob or snapshot, in the version of {@link AzureClients#VERSION}.
 *
 * <p>No start time is put in: the service would refuse it for as long as its clock is behind ours.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/create-service-sas">Create a service SAS</a>
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/create-user-delegation-sas">Create a user delegation SAS</a>
 */
final class SasSigner {
    private final Endpoint endpoint;

    SasSigner(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * What is granted.
     *
     * @param expiry used to the second
     */
    record Grant(BlobAddress address, Optional<SnapshotId> snapshot, BlobAccess access, Instant expiry) {
        String expiryText() {
            return expiry.truncatedTo(ChronoUnit.SECONDS).toString();
        }

        String resource() {
            return snapshot.isPresent() ? "bs" : "b";
        }

        String snapshotText() {
            return snapshot.map(SnapshotId::value).orElse("");
        }
    }

    /** A key of the service that stands for an identity for some days; its fields are what the service calls them. */
    record DelegationKey(String objectId, String tenantId, String start, String expiry, String service, String version, String base64) {
        @Override
        public String toString() {
            return "user delegation key until " + expiry;
        }
    }

    /** Signed with the account's key. */
    Credentials.Sas sign(Grant grant, Credentials.SharedKey key) {
        String toSign = lines(
                grant.access().rights(), "", grant.expiryText(), canonicalResource(grant.address()),
                "", // stored policy
                "", protocols(), AzureClients.VERSION.getVersion(), grant.resource(), grant.snapshotText(),
                "", "", "", "", "", ""); // encryption scope, five response headers
        return sas(grant, Map.of(), toSign, key.bytes());
    }

    /** Signed with a user delegation key. */
    Credentials.Sas sign(Grant grant, DelegationKey key) {
        String toSign = lines(
                grant.access().rights(), "", grant.expiryText(), canonicalResource(grant.address()),
                key.objectId(), key.tenantId(), key.start(), key.expiry(), key.service(), key.version(),
                "", "", "", // authorised and unauthorised object ids, correlation id
                "", protocols(), AzureClients.VERSION.getVersion(), grant.resource(), grant.snapshotText(),
                "", "", "", "", "", "");
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("skoid", key.objectId());
        fields.put("sktid", key.tenantId());
        fields.put("skt", key.start());
        fields.put("ske", key.expiry());
        fields.put("sks", key.service());
        fields.put("skv", key.version());
        return sas(grant, fields, toSign, Base64.getDecoder().decode(key.base64()));
    }

    private Credentials.Sas sas(Grant grant, Map<String, String> keyFields, String toSign, byte[] key) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("sv", AzureClients.VERSION.getVersion());
        fields.put("spr", protocols());
        fields.put("se", grant.expiryText());
        fields.put("sr", grant.resource());
        fields.put("sp", grant.access().rights());
        fields.putAll(keyFields);
        fields.put("sig", hmac(key, toSign));
        return new Credentials.Sas(fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + PercentEncoding.query(field.getValue()))
                .collect(Collectors.joining("&")));
    }

    private String protocols() {
        return endpoint.https() ? "https" : "https,http";
    }

    private String canonicalResource(BlobAddress address) {
        return "/blob/" + endpoint.account() + "/" + address.container() + "/" + address.blob();
    }

    private static String lines(String... fields) {
        return String.join("\n", fields);
    }

    private static String hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has HmacSHA256", e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }
}
