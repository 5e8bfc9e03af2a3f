package io.dysk.kernel;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A storage account's blob endpoint, as people write it: {@code http://account.blob.core.windows.net} with the account
 * in the host name, or {@code http://host:port/account} with the account in the path, as emulators have it.
 *
 * @param tls the URL says https
 * @param host name, or address (an IPv6 one without brackets)
 * @param port 1 to 65535
 * @param pathStyle the account is in the path
 * @param account storage account
 */
public record BlobEndpoint(boolean tls, String host, int port, boolean pathStyle, String account) {

    private static final Pattern ACCOUNT = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
    private static final String FORMS =
            "; write http://ACCOUNT.blob.core.windows.net or, for an emulator, http://HOST:PORT/ACCOUNT";

    public BlobEndpoint {
        if (!ACCOUNT.matcher(account).matches()) {
            throw new EndpointException("'" + account + "' can't be a storage account's name" + FORMS);
        }
    }

    /**
     * Reads an endpoint's URL.
     *
     * @throws EndpointException if it isn't one; its message never repeats what could be a secret
     */
    public static BlobEndpoint parse(String url) {
        URI uri;
        try {
            uri = new URI(url.strip());
        } catch (URISyntaxException e) {
            throw new EndpointException("the blob endpoint isn't a URL" + FORMS);
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null || uri.getRawUserInfo() != null) {
            throw new EndpointException(
                    "the blob endpoint has more than host and account in it (a SAS doesn't belong there)" + FORMS);
        }
        boolean tls = "https".equalsIgnoreCase(uri.getScheme());
        if (uri.getHost() == null || !tls && !"http".equalsIgnoreCase(uri.getScheme())) {
            throw new EndpointException("the blob endpoint isn't an http or https URL with a host" + FORMS);
        }
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        host = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        int port = uri.getPort() == -1 ? (tls ? 443 : 80) : uri.getPort();
        if (port < 1 || port > 65535) {
            throw new EndpointException("the blob endpoint's port must be 1 to 65535, not " + port);
        }
        String path = uri.getRawPath().replaceAll("^/+|/+$", "");
        if (!path.isEmpty()) {
            return new BlobEndpoint(tls, host, port, true, path);
        }
        int dot = host.indexOf('.');
        boolean literal = host.contains(":") || host.chars().allMatch(c -> c == '.' || c >= '0' && c <= '9');
        if (dot <= 0 || literal) {
            throw new EndpointException("the blob endpoint " + url.strip() + " doesn't say which account" + FORMS);
        }
        return new BlobEndpoint(tls, host, port, false, host.substring(0, dot));
    }

    /** The Host header: without the port where it is the scheme's own. */
    public String hostHeader() {
        String name = host.contains(":") ? "[" + host + "]" : host;
        return port == (tls ? 443 : 80) ? name : name + ":" + port;
    }

    /**
     * Finds the endpoint's addresses. Blocks for as long as name resolution takes.
     *
     * @param ipv6 whether the module can use IPv6 ({@link ModuleVersion#ipv6()})
     * @return at most eight addresses in the system's order
     * @throws EndpointException if the endpoint is HTTPS, which the module can't do, or has no address
     */
    public Endpoint resolve(boolean ipv6) {
        if (tls) {
            throw new EndpointException("the blob endpoint " + this + " is HTTPS, and the module has no TLS yet: give it"
                    + " as http://..., with 'secure transfer required' turned off on the account, and keep the traffic"
                    + " inside a virtual network with a private endpoint");
        }
        List<EndpointAddress> addresses = lookUp().map(a -> new EndpointAddress(a, port))
                .filter(a -> ipv6 || !a.isIpv6())
                .distinct()
                .limit(Endpoint.ADDRESSES_MAX)
                .toList();
        if (addresses.isEmpty()) {
            throw new EndpointException(
                    "the host name " + host + " has only IPv6 addresses, which the loaded module can't use");
        }
        return new Endpoint(hostHeader(), pathStyle, addresses);
    }

    private Stream<InetAddress> lookUp() {
        try {
            return Stream.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            throw new EndpointException("the host name " + host + " has no address: check its spelling, the account's"
                    + " name, and this machine's name resolution");
        }
    }

    /** As a URL, in the form it was given. */
    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + hostHeader() + (pathStyle ? "/" + account : "");
    }
}
