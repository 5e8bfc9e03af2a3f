package io.dysk.blob;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the blob service of one account is.
 *
 * <p>Host style: the host is the account's own, a blob's path is {@code /container/blob}. Path style: the host serves many
 * accounts, a blob's path is {@code /account/container/blob}.
 *
 * @param https whether to speak TLS
 * @param host name or address in lower case, IPv6 addresses in brackets
 * @param port 1 to 65535
 * @param account the account
 * @param pathStyle whether the account is part of the path
 */
public record Endpoint(boolean https, String host, int port, AccountName account, boolean pathStyle) {
    /** The suffix of hosts in the public cloud. */
    public static final String PUBLIC_SUFFIX = "core.windows.net";

    private static final Pattern HOST = Pattern.compile(
            "\\[[0-9a-f:.]{2,45}(?:%25[0-9a-z._~-]{1,32})?]|(?!-)[a-z0-9-]{1,63}(?<!-)(?:\\.(?!-)[a-z0-9-]{1,63}(?<!-))*");
    private static final Pattern ACCOUNT_IN_HOST = Pattern.compile("([a-z0-9]{3,24})(?:-secondary)?\\.(?:z\\d+\\.)?blob\\..+");
    private static final String EXPECTED =
            ": expected https://ACCOUNT.blob.core.windows.net, or http://HOST:PORT/ACCOUNT for a path-style endpoint";

    /** @throws BlobException.InvalidArgument if the host or the port has the wrong form */
    public Endpoint {
        Objects.requireNonNull(account, "account");
        if (host == null || host.length() > 253 || !HOST.matcher(host).matches()) {
            throw new BlobException.InvalidArgument("endpoint host " + Text.quoted(host) + " is not a host name or address" + EXPECTED);
        }
        if (port < 1 || port > 65535) {
            throw new BlobException.InvalidArgument("endpoint port " + port + " is not in 1..65535" + EXPECTED);
        }
    }

    /** The endpoint of an account in the public cloud, over TLS. */
    public static Endpoint ofPublicCloud(AccountName account) {
        return new Endpoint(true, account + ".blob." + PUBLIC_SUFFIX, 443, account, false);
    }

    /**
     * An endpoint from its URL. A path of one segment makes it path style. Without a path the account is the first label of a
     * {@code *.blob.*} host.
     *
     * @throws BlobException.InvalidArgument if that gives no account; the message never repeats a query, which may hold a SAS
     */
    public static Endpoint parse(String url) {
        return parse(url, Optional.empty());
    }

    /**
     * An endpoint from its URL, for hosts that don't tell the account (custom domains).
     *
     * @param account the account; must agree with the URL where that tells it too
     * @throws BlobException.InvalidArgument if the URL has another form or names another account
     */
    public static Endpoint parse(String url, Optional<AccountName> account) {
        URI uri = uri(url);
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("^/|/$", "");
        if (path.contains("/")) {
            throw new BlobException.InvalidArgument("endpoint has a path of more than one segment" + EXPECTED);
        }
        if (uri.getRawQuery() != null) {
            throw new BlobException.InvalidArgument("endpoint has a query; give a SAS apart from it" + EXPECTED);
        }
        if (!path.isEmpty()) {
            return of(uri, new AccountName(path), account, true);
        }
        Matcher ofHost = ACCOUNT_IN_HOST.matcher(uri.getHost().toLowerCase(Locale.ROOT));
        AccountName named = ofHost.matches()
                ? new AccountName(ofHost.group(1))
                : account.orElseThrow(() -> new BlobException.InvalidArgument(
                        "endpoint " + Text.quoted(uri.getHost()) + " doesn't tell its storage account" + EXPECTED));
        return of(uri, named, account, false);
    }

    /** Scheme and host checked; the text never shown, since it may hold a SAS. */
    static URI uri(String url) {
        URI uri;
        try {
            uri = new URI(Objects.requireNonNullElse(url, ""));
        } catch (URISyntaxException e) {
            throw new BlobException.InvalidArgument("not a URL (" + e.getReason() + " at position " + e.getIndex() + ")" + EXPECTED);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new BlobException.InvalidArgument("not a URL that starts with https:// or http://" + EXPECTED);
        }
        if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw new BlobException.InvalidArgument("a user name or a fragment doesn't belong in the URL" + EXPECTED);
        }
        if (uri.getHost() == null) {
            throw new BlobException.InvalidArgument("the URL has no valid host" + EXPECTED);
        }
        return uri;
    }

    static Endpoint of(URI uri, AccountName inUrl, Optional<AccountName> expected, boolean pathStyle) {
        if (expected.isPresent() && !expected.get().equals(inUrl)) {
            throw new BlobException.InvalidArgument(
                    "the endpoint is of account " + inUrl + ", but account " + expected.get() + " is named beside it");
        }
        boolean https = uri.getScheme().equalsIgnoreCase("https");
        int port = uri.getPort() >= 0 ? uri.getPort() : https ? 443 : 80;
        return new Endpoint(https, uri.getHost().toLowerCase(Locale.ROOT), port, inUrl, pathStyle);
    }

    /** What belongs in the {@code Host} header: the port only if it isn't the scheme's own. */
    public String hostHeader() {
        return port == (https ? 443 : 80) ? host : host + ":" + port;
    }

    /** The URL of the account, without a slash at its end. */
    public String url() {
        return (https ? "https://" : "http://") + hostHeader() + (pathStyle ? "/" + account : "");
    }

    /** The URL of a blob, percent-encoded and without a query. */
    public String urlOf(BlobAddress address) {
        return url() + "/" + address.container() + "/" + PercentEncoding.path(address.blob().value());
    }

    /** The URL of the account. */
    @Override
    public String toString() {
        return url();
    }
}
