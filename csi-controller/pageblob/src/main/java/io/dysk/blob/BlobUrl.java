package io.dysk.blob;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * The URL of one blob or snapshot, taken apart.
 *
 * @param endpoint the account
 * @param address the blob
 * @param snapshot the snapshot, if it names one
 * @param sas the SAS in its query, if any
 */
public record BlobUrl(Endpoint endpoint, BlobAddress address, Optional<SnapshotId> snapshot, Optional<Credentials.Sas> sas) {
    private static final String EXPECTED = ": expected https://ACCOUNT.blob.core.windows.net/CONTAINER/BLOB,"
            + " or http://HOST:PORT/ACCOUNT/CONTAINER/BLOB for a path-style endpoint";

    public BlobUrl {
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(snapshot, "snapshot");
        Objects.requireNonNull(sas, "sas");
    }

    /**
     * Takes the URL of a blob apart. A {@code *.blob.*} host is host style; any other is path style.
     *
     * @throws BlobException.InvalidArgument if it has another form; the message never repeats the query
     */
    public static BlobUrl parse(String url) {
        URI uri = Endpoint.uri(url);
        boolean pathStyle = !uri.getHost().toLowerCase(Locale.ROOT).matches("[^.]+\\.(z\\d+\\.)?blob\\..+");
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        String[] parts = path.split("/", pathStyle ? 4 : 3);
        if (parts.length < (pathStyle ? 4 : 3)) {
            throw new BlobException.InvalidArgument("the URL names no blob" + EXPECTED);
        }
        String base = (uri.getScheme() + "://" + uri.getRawAuthority()) + (pathStyle ? "/" + parts[1] : "");
        Endpoint endpoint = Endpoint.parse(base);
        BlobAddress address = BlobAddress.of(parts[pathStyle ? 2 : 1], decode(parts[pathStyle ? 3 : 2]));

        Optional<SnapshotId> snapshot = Optional.empty();
        List<String> rest = new ArrayList<>();
        for (String pair : uri.getRawQuery() == null ? new String[0] : uri.getRawQuery().split("&")) {
            if (pair.startsWith("snapshot=")) {
                snapshot = Optional.of(new SnapshotId(decode(pair.substring("snapshot=".length()))));
            } else if (!pair.isEmpty()) {
                rest.add(pair);
            }
        }
        Optional<Credentials.Sas> sas = rest.isEmpty() ? Optional.empty() : Optional.of(new Credentials.Sas(String.join("&", rest)));
        return new BlobUrl(endpoint, address, snapshot, sas);
    }

    // In a path a plus sign is a plus sign.
    private static String decode(String encoded) {
        return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** The URL without the SAS. */
    @Override
    public String toString() {
        return endpoint.urlOf(address) + snapshot.map(s -> "?snapshot=" + s).orElse("");
    }
}
